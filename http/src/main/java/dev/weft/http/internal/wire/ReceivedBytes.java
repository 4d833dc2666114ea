package dev.weft.http.internal.wire;

/**
 * Bytes that were received from a connection before they are read. The memory is released once they
 * are read. Not safe for use by several threads.
 */
public final class ReceivedBytes {
  private static final byte[] NOTHING = {};

  private byte[] bytes;
  private int position;

  /**
   * @param bytes not copied
   */
  public ReceivedBytes(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The number of bytes that are not read yet. */
  public int available() {
    return bytes.length - position;
  }

  /** Reads at most {@code length} bytes; returns the number, 0 when all are read. */
  public int read(byte[] into, int offset, int length) {
    int n = Math.min(length, available());
    System.arraycopy(bytes, position, into, offset, n);
    position += n;
    if (position == bytes.length) {
      bytes = NOTHING;
      position = 0;
    }
    return n;
  }
}
