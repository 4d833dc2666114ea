package dev.weft.debug.internal.jfr;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** A stream connection was closed; the event lasts as long as it was open. */
@Name("weft.ConnectionClose")
@Label("Connection Close")
@Category("Weft")
@Description("A stream connection was closed; the event lasts as long as it was open")
@Enabled(false)
@StackTrace(true)
final class ConnectionCloseEvent extends Event {
  @Label("Local Address")
  @Nullable String local;

  @Label("Remote Address")
  @Nullable String remote;

  @Label("Received")
  @Description("Bytes; -1 where the kernel does not count")
  @DataAmount
  long received = -1;

  @Label("Acknowledged")
  @Description("Bytes that the peer has acknowledged; -1 where the kernel does not count")
  @DataAmount
  long acknowledged = -1;
}
