/** Requires the HTTP server, and by it Weft. */
module consumer.http {
  requires dev.weft.http;
}
