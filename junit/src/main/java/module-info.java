/** Fails tests that leave goroutines or sockets behind. */
module dev.weft.junit {
  requires static org.jspecify;
  requires dev.weft;
  requires transitive org.junit.jupiter.api;

  exports dev.weft.junit;
}
