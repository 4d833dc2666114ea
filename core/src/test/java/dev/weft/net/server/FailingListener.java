package dev.weft.net.server;

import dev.weft.context.Context;
import dev.weft.net.Conn;
import dev.weft.net.FilterListener;
import dev.weft.net.Listener;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/** A listener whose first calls of accept fail, in turn by the network and for want of memory. */
final class FailingListener extends FilterListener {
  private final int toFail;
  private final AtomicInteger failed = new AtomicInteger();

  FailingListener(Listener listener, int toFail) {
    super(listener);
    this.toFail = toFail;
  }

  int failures() {
    return failed.get();
  }

  @Override
  public Conn accept() throws IOException {
    if (failed.get() < toFail) {
      if (failed.getAndIncrement() % 2 == 0) {
        throw new IOException("on purpose");
      }
      throw new OutOfMemoryError("on purpose");
    }
    return listener.accept();
  }

  @Override
  public Listener withContext(Context context) {
    return listener.withContext(context);
  }
}
