package dev.weft.debug.internal.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** A stream connection was accepted or dialed. */
@Name("weft.ConnectionOpen")
@Label("Connection Open")
@Category("Weft")
@Description("A stream connection was accepted or dialed")
@Enabled(false)
@StackTrace(true)
final class ConnectionOpenEvent extends Event {
  @Label("Local Address")
  @Nullable String local;

  @Label("Remote Address")
  @Nullable String remote;
}
