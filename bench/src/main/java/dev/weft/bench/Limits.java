package dev.weft.bench;

import dev.weft.internal.sys.DescriptorCalls;
import org.jspecify.annotations.Nullable;

/**
 * The number of clients that this host allows.
 *
 * @param clients the number of clients
 * @param note what the user should know when that is fewer than asked for; {@code null} when all
 *     fit
 */
record Limits(int clients, @Nullable String note) {
  /** Descriptors that a JVM uses besides its connections, with a margin. */
  private static final int RESERVED = 256;

  static Limits of(int wanted) {
    return of(wanted, DescriptorCalls.descriptorLimit());
  }

  static Limits of(int wanted, long descriptors) {
    long room = Math.max(1, descriptors - RESERVED);
    if (wanted <= room) {
      return new Limits(wanted, null);
    }
    return new Limits(
        (int) room,
        "-c "
            + wanted
            + " does not fit: a process may have "
            + descriptors
            + " descriptors (ulimit -n), "
            + RESERVED
            + " of which the JVM may need itself; measured with "
            + room
            + " clients");
  }
}
