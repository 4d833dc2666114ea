package dev.weft.debug.internal.jfr;

import dev.weft.internal.inspect.WaitReasons;
import dev.weft.internal.track.Events;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/**
 * A goroutine waited, from the end of a slice to the beginning of the next; the thread is the
 * machine that runs it then.
 */
@Name("weft.GoroutinePark")
@Label("Goroutine Park")
@Category("Weft")
@Description(
    "A goroutine stopped, and ran again when what it waited for had come; the thread is the machine that it runs on then")
@Enabled(false)
@StackTrace(false)
final class GoroutineParkEvent extends Event implements Events.Wait {
  @Label("Goroutine")
  long goroutine;

  @Label("Waited For")
  @Nullable String reason;

  @Label("Ready")
  @Description("How long it was ready before it ran, at the end of the event")
  @Timespan
  long ready;

  @Override
  public void ended(Thread parked, long readyNanos) {
    end();
    if (shouldCommit()) {
      reason = WaitReasons.ofParked(parked);
      ready = readyNanos;
      commit();
    }
  }
}
