package dev.weft.internal.poll.uring;

/**
 * Whether the kernel should be asked to send a socket's datagrams without a copy of its own. It may
 * copy all the same, as it does for receivers on the same machine, and says so; then asking for it
 * costs up to twice as much as an ordinary send, so it is asked again only once in a while.
 *
 * <p>Any thread may ask and tell. An update that is lost asks once more, or once later.
 */
final class ZeroCopy {
  /** Below, pinning pages and a second completion cost more than a copy. */
  static final int FROM_BYTES = 8 * 1024;

  /** So many of that size are sent the ordinary way after one that was copied. */
  static final int PASSED_OVER = 255;

  private volatile int passOver;

  /** Whether to ask for it with a datagram of so many bytes. */
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

  /** What has become of one that was asked for. */
  void told(boolean copied) {
    passOver = copied ? PASSED_OVER : 0;
  }
}
