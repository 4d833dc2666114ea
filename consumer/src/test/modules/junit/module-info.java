/** Requires the checks for tests, and Weft, which they check. */
module consumer.junit {
  requires dev.weft;
  requires dev.weft.junit;
}
