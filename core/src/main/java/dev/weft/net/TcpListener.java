package dev.weft.net;

import dev.weft.context.Context;
import dev.weft.internal.poll.CancelSignal;
import dev.weft.internal.poll.ListenFd;
import dev.weft.internal.poll.NetExceptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Accepts TCP connections. */
public final class TcpListener implements Listener {
  private final ListenFd fd;
  private final InetSocketAddress address;
  private final @Nullable CancelSignal cancelSignal;

  TcpListener(ListenFd fd) throws IOException {
    this.fd = fd;
    InetSocketAddress local = fd.localAddress();
    if (local == null) {
      throw new IOException("a listening socket without an address");
    }
    address = local;
    cancelSignal = null;
  }

  private TcpListener(TcpListener same, @Nullable CancelSignal cancelSignal) {
    fd = same.fd;
    address = same.address;
    this.cancelSignal = cancelSignal;
  }

  @Override
  public TcpListener withContext(Context context) {
    return new TcpListener(this, new ContextCancelSignal(context));
  }

  /**
   * {@inheritDoc}
   *
   * <p>When the process or the system is out of descriptors or memory, connections wait in the
   * kernel: that is logged once, and accepting goes on by itself when it is over. Connections that
   * die while they wait are passed over.
   */
  @Override
  public TcpConn accept() throws IOException {
    return new TcpConn(fd.accept(cancelSignal));
  }

  @Override
  public InetSocketAddress localAddress() {
    return address;
  }

  @Override
  public void setDeadline(@Nullable Duration fromNow) throws IOException {
    fd.setReadDeadline(Deadlines.at(fromNow));
  }

  @Override
  public <T> TcpListener setOption(SocketOption<T> option, T value) throws IOException {
    fd.setOption(option, value);
    return this;
  }

  @Override
  public <T> T getOption(SocketOption<T> option) throws IOException {
    return fd.getOption(option);
  }

  @Override
  public Set<SocketOption<?>> supportedOptions() {
    return fd.supportedOptions();
  }

  @Override
  public boolean isOpen() {
    return fd.isOpen();
  }

  @Override
  public void close() {
    fd.close();
  }

  @Override
  public String toString() {
    return "tcp " + NetExceptions.format(address) + (isOpen() ? "" : " (closed)");
  }
}
