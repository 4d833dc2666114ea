/** Requires Weft and nothing else, as a user's module may. */
module consumer.sockets {
  requires dev.weft;
}
