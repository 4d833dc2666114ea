package dev.weft.internal.inspect;

import dev.weft.internal.poll.Fd;
import org.jspecify.annotations.Nullable;

/**
 * A deadline of one direction of a descriptor.
 *
 * @param isExpired whether it has passed, and operations fail until another one is set
 * @param when on {@link System#nanoTime}'s scale; meaningless once it has passed
 */
public record Deadline(boolean isExpired, long when) {
  static @Nullable Deadline of(long deadline) {
    return deadline == Fd.NO_DEADLINE ? null : new Deadline(deadline == Fd.EXPIRED, deadline);
  }
}
