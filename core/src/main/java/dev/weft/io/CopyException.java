package dev.weft.io;

import dev.weft.internal.poll.TransferException;
import java.io.IOException;

/** A copy that failed half-way: how far it came, on which side it failed, and why (the cause). */
public final class CopyException extends IOException {
  private static final long serialVersionUID = 1;

  private final long bytes;
  private final boolean reading;

  CopyException(long bytes, boolean reading, IOException cause) {
    super(cause.getMessage() + " (" + bytes + " bytes were copied before)", cause);
    this.bytes = bytes;
    this.reading = reading;
  }

  /** A transfer that failed after {@code before} bytes of earlier ones. */
  static CopyException of(long before, TransferException failure) {
    return new CopyException(before + failure.moved(), failure.isFromSource(), failure.getCause());
  }

  /**
   * How many bytes the destination has taken. Bytes that were read and not written are not among
   * them.
   */
  public long bytesCopied() {
    return bytes;
  }

  /** Reports whether the source failed; otherwise the destination did. */
  public boolean isFromSource() {
    return reading;
  }
}
