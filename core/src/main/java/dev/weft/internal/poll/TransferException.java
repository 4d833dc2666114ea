package dev.weft.internal.poll;

import java.io.IOException;
import java.util.Objects;

/** A transfer that failed: how far it came, on which side it failed, and why (the cause). */
public final class TransferException extends Exception {
  private static final long serialVersionUID = 1;

  private final long moved;
  private final boolean reading;

  public TransferException(long moved, boolean reading, IOException cause) {
    super(cause.getMessage(), cause, false, false);
    this.moved = moved;
    this.reading = reading;
  }

  /** How many bytes the destination has taken. */
  public long moved() {
    return moved;
  }

  /** Whether the source failed; otherwise the destination did. */
  public boolean isFromSource() {
    return reading;
  }

  @Override
  public synchronized IOException getCause() {
    return (IOException) Objects.requireNonNull(super.getCause());
  }
}
