package dev.weft.internal.net.wait;

import dev.weft.context.Context;
import dev.weft.internal.sched.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Points in time on {@link System#nanoTime}'s scale, 0 for none. */
public final class Deadlines {
  public static final long NONE = 0;

  private Deadlines() {}

  /** The context's deadline, to about a millisecond. */
  public static long of(Context context) {
    Instant deadline = context.deadline();
    return at(deadline == null ? null : Duration.between(Clock.now(), deadline));
  }

  /** {@code timeout} from now; never {@link #NONE} unless it is {@code null}. */
  public static long at(@Nullable Duration timeout) {
    if (timeout == null) {
      return NONE;
    }
    long at = Clock.nanoTimeAfter(timeout);
    return at == NONE ? 1 : at;
  }
}
