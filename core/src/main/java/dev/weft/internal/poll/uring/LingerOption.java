package dev.weft.internal.poll.uring;

import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.concurrent.TimeUnit;

/**
 * SO_LINGER on io_uring. A time above 0 is not told to the kernel, which would sleep so long in the
 * call that drops a closed socket for good: here, in the one that submits and collects for all of a
 * processor's connections. {@link LingerQueue} keeps it instead.
 */
final class LingerOption {
  /** As for the kernel. */
  static final int NONE = -1;

  /** How long unsent data outlives a close where no time was set. */
  private static final long DEFAULT_NANOS = TimeUnit.SECONDS.toNanos(60);

  private static final int MAX_SECONDS = 0xFFFF;

  private LingerOption() {}

  /** What the kernel is told when a user sets {@code option}. */
  static <T> T forKernel(SocketOption<T> option, T value) {
    boolean isOurs = option == StandardSocketOptions.SO_LINGER && (Integer) value > 0;
    return isOurs ? option.type().cast(NONE) : value;
  }

  /** How many seconds are kept when a user sets {@code option}, and there were {@code before}. */
  static <T> int kept(SocketOption<T> option, T value, int before) {
    return option == StandardSocketOptions.SO_LINGER
        ? Math.clamp((Integer) value, NONE, MAX_SECONDS)
        : before;
  }

  /** What a user is told who asks for {@code option}. */
  static <T> T shown(SocketOption<T> option, T kernels, int kept) {
    return option == StandardSocketOptions.SO_LINGER ? option.type().cast(kept) : kernels;
  }

  /** How long unsent data outlives a close. */
  static long nanos(int seconds) {
    return seconds < 0 ? DEFAULT_NANOS : TimeUnit.SECONDS.toNanos(seconds);
  }
}
