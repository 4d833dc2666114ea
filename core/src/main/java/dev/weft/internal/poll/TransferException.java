package dev.weft.internal.poll;

import java.io.IOException;
import java.util.Objects;

/**
 * Thrown when a transfer fails, with the number of bytes moved before, the side that failed, and
 * the cause.
 */
public final class TransferException extends Exception {
  private static final long serialVersionUID = 1;

  private final long moved;
  private final boolean reading;

  public TransferException(long moved, boolean reading, IOException cause) {
    super(cause.getMessage(), cause, false, false);
    this.moved = moved;
    this.reading = reading;
  }

  /** Returns the number of bytes written to the destination. */
  public long moved() {
    return moved;
  }

  /** Reports whether the source failed; otherwise the destination did. */
  public boolean isFromSource() {
    return reading;
  }

  @Override
  public synchronized IOException getCause() {
    return (IOException) Objects.requireNonNull(super.getCause());
  }
}
