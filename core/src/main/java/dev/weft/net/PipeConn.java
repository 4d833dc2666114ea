package dev.weft.net;

import dev.weft.context.Context;
import dev.weft.internal.net.wait.ContextCancelSignal;
import dev.weft.internal.poll.CancelSignal;
import dev.weft.internal.poll.StreamFd;
import org.jspecify.annotations.Nullable;

/** One end of a {@link Pipe}. */
final class PipeConn extends FdConn {
  PipeConn(StreamFd fd, @Nullable CancelSignal cancelSignal) {
    super(fd, cancelSignal);
  }

  @Override
  public PipeConn withContext(Context context) {
    return new PipeConn(fd, new ContextCancelSignal(context));
  }

  @Override
  public void abort() {
    fd.abort();
  }
}
