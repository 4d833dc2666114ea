/** Requires Weft and nothing else, as a user's module may. */
module consumer.faketime {
  requires dev.weft;
}
