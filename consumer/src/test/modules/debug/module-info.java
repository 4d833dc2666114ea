/** Requires the debug endpoints, and by them the HTTP server and Weft. */
module consumer.debug {
  requires dev.weft.debug;
}
