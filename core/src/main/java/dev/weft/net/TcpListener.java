package dev.weft.net;

import dev.weft.context.Context;
import dev.weft.internal.net.wait.ContextCancelSignal;
import dev.weft.internal.poll.CancelSignal;
import dev.weft.internal.poll.ListenFd;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import org.jspecify.annotations.Nullable;

/** Accepts TCP connections. */
public final class TcpListener extends FdListener implements Passable {
  private final InetSocketAddress address;

  TcpListener(ListenFd fd) throws IOException {
    super(fd, null);
    SocketAddress local = fd.localAddress();
    if (local == null) {
      throw new IOException("a listening socket without an address");
    }
    address = (InetSocketAddress) local;
  }

  private TcpListener(TcpListener same, @Nullable CancelSignal cancelSignal) {
    super(same.fd, cancelSignal);
    address = same.address;
  }

  @Override
  public TcpListener withContext(Context context) {
    return new TcpListener(this, new ContextCancelSignal(context));
  }

  /**
   * {@inheritDoc}
   *
   * <p>When the process or the system is out of descriptors or memory, this logs a warning once,
   * leaves new connections in the kernel's queue, and retries until it succeeds. Connections that
   * were reset in the queue are skipped.
   */
  @Override
  public TcpConn accept() throws IOException {
    return FdConn.owning(TcpConn::new, acceptFd());
  }

  @Override
  public InetSocketAddress localAddress() {
    return address;
  }

  @Override
  public Descriptor duplicate() throws IOException {
    return Descriptor.duplicate(fd);
  }

  @Override
  public <T> TcpListener setOption(SocketOption<T> option, T value) throws IOException {
    super.setOption(option, value);
    return this;
  }
}
