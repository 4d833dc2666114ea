/**
 * Debug endpoints of a running program over HTTP: goroutines, profiles for {@code go tool pprof},
 * the scheduler, connections and variables.
 */
module dev.weft.debug {
  requires static org.jspecify;
  requires transitive dev.weft.http;
  requires java.management;
  requires jdk.jfr;
  requires jdk.management;

  exports dev.weft.debug;
}
