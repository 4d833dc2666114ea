package dev.weft.internal.net.adapter;

import dev.weft.internal.net.address.Network;
import dev.weft.internal.net.listen.ListenSettings;
import dev.weft.internal.net.listen.ListenerFactory;
import dev.weft.internal.net.wait.Deadlines;
import dev.weft.internal.poll.ListenFd;
import dev.weft.internal.settings.Require;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ServerSocket} over a descriptor; it accepts Weft's connections as sockets.
 *
 * <pre>
 *   NEW --bind--> LISTENING --close--> CLOSED      NEW --close--> CLOSED
 * </pre>
 *
 * {@code settings}, {@code listener} and {@code closed} change under the monitor of {@code this}
 * only. Before it is bound, options are stored in the settings.
 */
final class ListenerSocket extends ServerSocket {
  /**
   * @param address known also after closing
   */
  private record BoundListener(ListenFd fd, InetSocketAddress address) {}

  private final DuplexMaker maker;
  private volatile ListenSettings settings;
  private volatile @Nullable BoundListener listener;
  private volatile boolean closed;

  /** Milliseconds; 0 for none. */
  private volatile int timeout;

  ListenerSocket(ListenSettings settings, DuplexMaker maker) throws IOException {
    this.settings = settings;
    this.maker = maker;
  }

  @Override
  public void bind(@Nullable SocketAddress local) throws IOException {
    bind(local, 0);
  }

  /**
   * Listens.
   *
   * @param backlog if less than 1, that of the settings applies
   */
  @Override
  public synchronized void bind(@Nullable SocketAddress local, int backlog) throws IOException {
    requireOpen();
    if (isBound()) {
      throw new SocketException("Already bound");
    }
    InetSocketAddress address =
        switch (local) {
          case null -> new InetSocketAddress(0);
          case InetSocketAddress internet -> internet;
          default -> throw new IllegalArgumentException("Unsupported address type");
        };
    if (address.isUnresolved()) {
      throw new SocketException("Unresolved address");
    }
    listener = listen(backlog < 1 ? settings : settings.withBacklog(backlog), address);
  }

  private static BoundListener listen(ListenSettings ready, InetSocketAddress address)
      throws IOException {
    var listening = new ListenerFactory(ready);
    ListenFd fd =
        address.getAddress().isAnyLocalAddress()
            ? listening.listenTcp(Network.TCP.toString(), ":" + address.getPort())
            : listening.listenTcp(address);
    try {
      return new BoundListener(fd, addressOf(fd));
    } catch (Throwable e) {
      fd.close();
      throw e;
    }
  }

  private static InetSocketAddress addressOf(ListenFd fd) throws IOException {
    SocketAddress address = fd.localAddress();
    if (address == null) {
      throw new IOException("a listening socket without an address");
    }
    return (InetSocketAddress) address;
  }

  @Override
  public Socket accept() throws IOException {
    requireOpen();
    BoundListener current = listener;
    if (current == null) {
      throw new SocketException("Socket is not bound yet");
    }
    try {
      int milliseconds = timeout;
      current
          .fd()
          .setReadDeadline(
              milliseconds == 0 ? Deadlines.NONE : Deadlines.at(Duration.ofMillis(milliseconds)));
      return ConnSocket.of(maker.over(current.fd().accept(null)));
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (InterruptedIOException e) {
      close();
      throw new SocketException("Closed by interrupt", e);
    } catch (ClosedChannelException e) {
      throw new SocketException("Socket closed", e);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    BoundListener current = listener;
    if (current != null) {
      current.fd().close();
    }
  }

  private void requireOpen() throws SocketException {
    if (closed) {
      throw new SocketException("Socket is closed");
    }
  }

  // State

  @Override
  public boolean isBound() {
    return listener != null;
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  @Override
  public @Nullable InetAddress getInetAddress() {
    BoundListener current = listener;
    return current == null ? null : current.address().getAddress();
  }

  @Override
  public int getLocalPort() {
    BoundListener current = listener;
    return current == null ? -1 : current.address().getPort();
  }

  @Override
  public @Nullable SocketAddress getLocalSocketAddress() {
    BoundListener current = listener;
    return current == null ? null : current.address();
  }

  // Options

  @Override
  public void setSoTimeout(int milliseconds) throws SocketException {
    requireOpen();
    if (milliseconds < 0) {
      throw new IllegalArgumentException("timeout < 0");
    }
    timeout = milliseconds;
  }

  @Override
  public int getSoTimeout() throws SocketException {
    requireOpen();
    return timeout;
  }

  @Override
  public synchronized <T> ServerSocket setOption(SocketOption<T> option, T value)
      throws IOException {
    requireOpen();
    BoundListener current = listener;
    if (current == null) {
      settings = settings.withOption(option, value);
    } else {
      current.fd().setOption(option, value);
    }
    return this;
  }

  @Override
  public <T> T getOption(SocketOption<T> option) throws IOException {
    requireOpen();
    BoundListener current = listener;
    if (current != null) {
      return current.fd().getOption(option);
    }
    ListenFd asked = new ListenerFactory(settings).openUnbound();
    try {
      return asked.getOption(option);
    } finally {
      asked.close();
    }
  }

  @Override
  public Set<SocketOption<?>> supportedOptions() {
    BoundListener current = listener;
    if (current != null) {
      return current.fd().supportedOptions();
    }
    try {
      ListenFd asked = new ListenerFactory(settings).openUnbound();
      asked.close();
      return asked.supportedOptions();
    } catch (IOException e) {
      return Set.of();
    }
  }

  @Override
  public void setReuseAddress(boolean on) throws SocketException {
    set(StandardSocketOptions.SO_REUSEADDR, on);
  }

  @Override
  public boolean getReuseAddress() throws SocketException {
    return get(StandardSocketOptions.SO_REUSEADDR);
  }

  @Override
  public void setReceiveBufferSize(int size) throws SocketException {
    Require.atLeast("SO_RCVBUF", size, 1);
    set(StandardSocketOptions.SO_RCVBUF, size);
  }

  @Override
  public int getReceiveBufferSize() throws SocketException {
    return get(StandardSocketOptions.SO_RCVBUF);
  }

  private <T> void set(SocketOption<T> option, T value) throws SocketException {
    try {
      setOption(option, value);
    } catch (IOException e) {
      throw asSocketException(e);
    }
  }

  private <T> T get(SocketOption<T> option) throws SocketException {
    try {
      return getOption(option);
    } catch (IOException e) {
      throw asSocketException(e);
    }
  }

  private static SocketException asSocketException(IOException e) {
    return e instanceof SocketException as ? as : new SocketException(e.getMessage(), e);
  }

  @Override
  public String toString() {
    BoundListener current = listener;
    return current == null
        ? "ServerSocket[unbound]"
        : "ServerSocket[" + current.fd() + (closed ? " (closed)" : "") + "]";
  }
}
