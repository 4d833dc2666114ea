package dev.weft.net.server;

import dev.weft.context.Context;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** A listener whose first calls of accept fail, in turn by the network and for want of memory. */
final class FailingListener implements Listener {
  private final Listener listener;
  private final int toFail;
  private final AtomicInteger failed = new AtomicInteger();

  FailingListener(Listener listener, int toFail) {
    this.listener = listener;
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

  @Override
  public SocketAddress localAddress() {
    return listener.localAddress();
  }

  @Override
  public void setDeadline(Duration fromNow) throws IOException {
    listener.setDeadline(fromNow);
  }

  @Override
  public boolean isOpen() {
    return listener.isOpen();
  }

  @Override
  public void close() {
    listener.close();
  }
}
