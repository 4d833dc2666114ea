package dev.weft.context;

import java.io.Serial;

/** Thrown by an operation that was given up because the deadline of its {@link Context} passed. */
public final class DeadlineExceededException extends CancelledException {
  @Serial private static final long serialVersionUID = 1;

  DeadlineExceededException(String message) {
    super(message, null);
  }
}
