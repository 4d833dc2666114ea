package dev.weft.debug.internal.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** A goroutine was created; the stack and the thread are those of its creator. */
@Name("weft.GoroutineStart")
@Label("Goroutine Start")
@Category("Weft")
@Description("A goroutine was created; the stack and the thread are those of its creator")
@Enabled(false)
@StackTrace(true)
final class GoroutineStartEvent extends Event {
  @Label("Goroutine")
  long goroutine;

  @Label("Label")
  @Nullable String label;
}
