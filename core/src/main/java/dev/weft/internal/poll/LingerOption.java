package dev.weft.internal.poll;

import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.concurrent.TimeUnit;

/**
 * The option SO_LINGER. Only the values 0 and "off" are passed to the kernel: with a time above 0,
 * Linux sleeps for up to that time in the call that releases a closed socket, even a non-blocking
 * one. That call may be made by a goroutine, whose processor it would hold, or by the thread that
 * submits for a whole ring. So the time is stored here for {@code getOption}, and a backend that
 * queues bytes itself applies it.
 */
public final class LingerOption {
  /** No linger time is set. */
  public static final int NONE = -1;

  /** How long unsent bytes are kept after a close when no time is set. */
  private static final long DEFAULT_NANOS = TimeUnit.SECONDS.toNanos(60);

  private static final int MAX_SECONDS = 0xFFFF;

  private LingerOption() {}

  /** Returns the value to set in the kernel when a user sets {@code option} to {@code value}. */
  public static <T> T forKernel(SocketOption<T> option, T value) {
    boolean isTime = option == StandardSocketOptions.SO_LINGER && (Integer) value > 0;
    return isTime ? option.type().cast(NONE) : value;
  }

  /** Returns the linger time in seconds after a user has set {@code option}. */
  public static <T> int kept(SocketOption<T> option, T value, int before) {
    return option == StandardSocketOptions.SO_LINGER
        ? Math.clamp((Integer) value, NONE, MAX_SECONDS)
        : before;
  }

  /** Returns the value of {@code option} that a user reads. */
  public static <T> T shown(SocketOption<T> option, T kernels, int kept) {
    return option == StandardSocketOptions.SO_LINGER ? option.type().cast(kept) : kernels;
  }

  /** Returns how long unsent bytes are kept after a close. */
  public static long nanos(int seconds) {
    return seconds < 0 ? DEFAULT_NANOS : TimeUnit.SECONDS.toNanos(seconds);
  }
}
