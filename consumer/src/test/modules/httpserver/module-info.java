/** Requires the JDK's HTTP server only: Weft's is found as a service. */
module consumer.httpserver {
  requires jdk.httpserver;
}
