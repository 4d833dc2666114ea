package dev.weft.debug.internal.jfr;

import dev.weft.internal.track.Events;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A goroutine ran without a pause; the thread is the machine that it ran on. */
@Name("weft.GoroutineSlice")
@Label("Goroutine Slice")
@Category("Weft")
@Description("A goroutine ran without a pause; the thread is the machine that it ran on")
@Enabled(false)
@StackTrace(false)
final class GoroutineSliceEvent extends Event implements Events.Slice {
  @Label("Goroutine")
  long goroutine;

  @Override
  public void ended() {
    commit();
  }
}
