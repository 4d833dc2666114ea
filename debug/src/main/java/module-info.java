/**
 * Debug endpoints of a running program over HTTP: goroutines, profiles for {@code go tool pprof},
 * the scheduler, connections and variables.
 */
@SuppressWarnings("requires-automatic") // Micrometer and OpenTelemetry have no modules of their own
module dev.weft.debug {
  requires static ch.qos.logback.classic;
  requires static ch.qos.logback.core;
  requires static io.opentelemetry.api;
  requires static io.opentelemetry.context;
  requires static micrometer.core;
  requires static org.jspecify;
  requires static org.slf4j;
  requires transitive dev.weft.http;
  requires java.management;
  requires jdk.jfr;
  requires jdk.management;
  requires jdk.unsupported; // signals

  exports dev.weft.debug;
  exports dev.weft.debug.logback;
  exports dev.weft.debug.micrometer;
  exports dev.weft.debug.otel;
}
