package dev.weft.http.client;

import java.net.SocketTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The deadline of a whole call, which limits the time of each phase. */
final class Deadline {
  private static final Deadline NONE = new Deadline(null);

  private final @Nullable Duration total;
  private final long begin;

  private Deadline(@Nullable Duration total) {
    this.total = total;
    begin = total == null ? 0 : System.nanoTime();
  }

  static Deadline in(@Nullable Duration total) {
    return total == null ? NONE : new Deadline(total);
  }

  /** The shorter of this time and what is left in all; null for any time. */
  @Nullable Duration limit(@Nullable Duration time) {
    if (total == null) {
      return time;
    }
    Duration left = left(total);
    return time == null || left.compareTo(time) < 0 ? left : time;
  }

  private Duration left(Duration of) {
    return of.minusNanos(System.nanoTime() - begin);
  }

  /** The exception to throw in place of a phase's time-out if the whole time is over; else null. */
  @Nullable SocketTimeoutException passed(ClientRequest request, @Nullable Throwable cause) {
    if (total == null || left(total).isPositive()) {
      return null;
    }
    SocketTimeoutException passed =
        new SocketTimeoutException(request + ": took longer than " + total + " in all");
    passed.initCause(cause);
    return passed;
  }

  void check(ClientRequest request, @Nullable Throwable cause) throws SocketTimeoutException {
    SocketTimeoutException passed = passed(request, cause);
    if (passed != null) {
      throw passed;
    }
  }
}
