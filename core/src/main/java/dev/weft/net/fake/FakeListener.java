package dev.weft.net.fake;

import dev.weft.context.Context;
import dev.weft.internal.net.wait.ContextCancelSignal;
import dev.weft.internal.net.wait.Deadlines;
import dev.weft.internal.poll.CancelSignal;
import dev.weft.internal.poll.ListenFd;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Accepts connections of a {@link FakeNet}. */
final class FakeListener implements Listener {
  private final ListenFd fd;
  private final Runnable onClose;
  private final @Nullable CancelSignal cancelSignal;

  /**
   * @param onClose releases the address
   */
  FakeListener(ListenFd fd, Runnable onClose, @Nullable CancelSignal cancelSignal) {
    this.fd = fd;
    this.onClose = onClose;
    this.cancelSignal = cancelSignal;
  }

  @Override
  public Listener withContext(Context context) {
    return new FakeListener(fd, onClose, new ContextCancelSignal(context));
  }

  @Override
  public Conn accept() throws IOException {
    return new FakeConn(fd.accept(cancelSignal), null);
  }

  @Override
  public SocketAddress localAddress() {
    return Objects.requireNonNull(fd.localAddress(), "a listener without an address");
  }

  @Override
  public void setDeadline(@Nullable Duration fromNow) throws IOException {
    fd.setReadDeadline(Deadlines.at(fromNow));
  }

  @Override
  public boolean isOpen() {
    return fd.isOpen();
  }

  @Override
  public void close() {
    try {
      onClose.run();
    } finally {
      fd.close();
    }
  }

  @Override
  public String toString() {
    return fd + (isOpen() ? "" : " (closed)");
  }
}
