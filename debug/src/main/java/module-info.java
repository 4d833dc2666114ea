/**
 * Debug endpoints of a running program over HTTP: goroutines, profiles for {@code go tool pprof},
 * the scheduler, connections and variables.
 */
@SuppressWarnings("requires-automatic") // Micrometer has no module of its own
module dev.weft.debug {
  requires static micrometer.core;
  requires static org.jspecify;
  requires transitive dev.weft.http;
  requires java.management;
  requires jdk.jfr;
  requires jdk.management;

  exports dev.weft.debug;
  exports dev.weft.debug.micrometer;
}
