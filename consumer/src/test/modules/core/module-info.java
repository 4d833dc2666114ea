/** Requires Weft and nothing else, as a user's module may. */
module consumer.core {
  requires dev.weft;
}
