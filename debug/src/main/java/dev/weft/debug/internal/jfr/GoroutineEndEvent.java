package dev.weft.debug.internal.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** A goroutine has ended. */
@Name("weft.GoroutineEnd")
@Label("Goroutine End")
@Category("Weft")
@Description("A goroutine has ended")
@Enabled(false)
@StackTrace(false)
final class GoroutineEndEvent extends Event {
  @Label("Goroutine")
  long goroutine;

  @Label("Label")
  @Nullable String label;

  @Label("Lifetime")
  @Timespan
  long lifetime;
}
