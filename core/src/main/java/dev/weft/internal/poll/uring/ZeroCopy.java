package dev.weft.internal.poll.uring;

/**
 * Decides whether a socket's datagrams are sent with zero copy. The kernel may copy them anyway, as
 * it does for receivers on the same machine, and reports that. Such a send costs up to twice as
 * much as an ordinary one, so zero copy is then tried again only after {@link #PASSED_OVER} sends.
 *
 * <p>Safe for use by any number of threads. A lost update makes one attempt more, or one later.
 */
final class ZeroCopy {
  /** Below this size, pinning pages and a second completion cost more than a copy. */
  static final int FROM_BYTES = 8 * 1024;

  /** How many large datagrams are sent without zero copy after one that was copied. */
  static final int PASSED_OVER = 255;

  private volatile int passOver;

  /** Decides whether to try zero copy for a datagram of that many bytes. */
  boolean isWorthAsking(int bytes) {
    if (bytes < FROM_BYTES) {
      return false;
    }
    int left = passOver;
    if (left == 0) {
      return true;
    }
    passOver = left - 1;
    return false;
  }

  /** Reports whether a datagram that was sent with zero copy was copied nevertheless. */
  void told(boolean copied) {
    passOver = copied ? PASSED_OVER : 0;
  }
}
