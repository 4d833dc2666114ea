package dev.weft.debug.internal.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/**
 * A machine lost its processor: to sysmon at the end of a time slice, or for a call that blocks.
 */
@Name("weft.Handoff")
@Label("Handoff")
@Category("Weft")
@Description(
    "A machine lost its processor: to sysmon at the end of a time slice, or for a call that blocks")
@Enabled(false)
@StackTrace(false)
final class HandoffEvent extends Event {
  @Label("Machine")
  @Nullable String machine;

  @Label("In a Blocking Call")
  boolean blockingCall;
}
