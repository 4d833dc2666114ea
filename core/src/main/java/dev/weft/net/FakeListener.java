package dev.weft.net;

import dev.weft.context.Context;
import dev.weft.internal.net.wait.ContextCancelSignal;
import dev.weft.internal.poll.CancelSignal;
import dev.weft.internal.poll.ListenFd;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Accepts connections of a {@link FakeNet}. */
final class FakeListener extends FdListener {
  private final Runnable onClose;

  /**
   * @param onClose releases the address
   */
  FakeListener(ListenFd fd, Runnable onClose, @Nullable CancelSignal cancelSignal) {
    super(fd, cancelSignal);
    this.onClose = onClose;
  }

  @Override
  public FakeListener withContext(Context context) {
    return new FakeListener(fd, onClose, new ContextCancelSignal(context));
  }

  @Override
  public Conn accept() throws IOException {
    return new PipeConn(acceptFd(), null);
  }

  @Override
  public SocketAddress localAddress() {
    return Objects.requireNonNull(fd.localAddress(), "a listener without an address");
  }

  @Override
  public void close() {
    onClose.run();
    super.close();
  }
}
