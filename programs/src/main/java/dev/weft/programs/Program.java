package dev.weft.programs;

/** A program that can be started, and that has checks of its own. */
interface Program {
  /** Runs the checks. */
  void check(Report report) throws Exception;

  /**
   * Serves HTTP on 127.0.0.1 until the result is closed.
   *
   * @throws UnsupportedOperationException when it is no server
   */
  default AutoCloseable serve(int port) throws Exception {
    throw new UnsupportedOperationException("serves no HTTP");
  }
}
