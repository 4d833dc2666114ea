package dev.weft.http.internal.wire;

/**
 * The head of a request or a response as positions in the bytes it was received in, and what it
 * says about framing. Reused from message to message; positions are relative to where the head
 * begins.
 */
public abstract sealed class MessageHead permits RequestHead, ResponseHead {
  /** The content length of a message that does not have one. */
  public static final long NO_LENGTH = -1;

  private final FieldTable fields = new FieldTable();
  byte[] bytes = {};
  int base;

  int minorVersion;
  long contentLength;
  boolean chunked;
  boolean close;
  boolean keepAlive;
  boolean upgrade;

  void clear() {
    fields.clear();
    contentLength = NO_LENGTH;
    chunked = false;
    close = false;
    keepAlive = false;
    upgrade = false;
  }

  /** Sets the bytes that the positions refer to, and where the head begins in them. */
  public void locate(byte[] newBytes, int newBase) {
    bytes = newBytes;
    base = newBase;
    fields.locate(newBytes, newBase);
  }

  public FieldTable fields() {
    return fields;
  }

  /** 0 for HTTP/1.0; 1 for HTTP/1.1 and later minor versions. */
  public int minorVersion() {
    return minorVersion;
  }

  /** The body's length, or {@link #NO_LENGTH}. */
  public long contentLength() {
    return contentLength;
  }

  public boolean isChunked() {
    return chunked;
  }

  /** Reports whether the peer asks to close the connection after this exchange. */
  public boolean wantsClose() {
    return close || (minorVersion == 0 && !keepAlive);
  }

  /** Reports whether Connection names Upgrade. */
  public boolean wantsUpgrade() {
    return upgrade;
  }
}
