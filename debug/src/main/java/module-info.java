/**
 * Looks into a running program: goroutines, profiles that {@code go tool pprof} reads, the
 * scheduler, connections and variables, over HTTP.
 */
module dev.weft.debug {
  requires static org.jspecify;
  requires transitive dev.weft.http;
  requires java.management;
  requires jdk.jfr;
  requires jdk.management;

  exports dev.weft.debug;
}
