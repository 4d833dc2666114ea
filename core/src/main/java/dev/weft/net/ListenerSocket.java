package dev.weft.net;

import dev.weft.internal.poll.ListenFd;
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
 * A {@link ServerSocket} over a {@link TcpListener}; it accepts Weft's connections as sockets.
 *
 * <pre>
 *   NEW --bind--> LISTENING --close--> CLOSED      NEW --close--> CLOSED
 * </pre>
 *
 * {@code config}, {@code listener} and {@code closed} change under the monitor of {@code this}
 * only. Before it is bound, options are stored in the configuration.
 */
final class ListenerSocket extends ServerSocket {
  private volatile ListenConfig config;
  private volatile @Nullable TcpListener listener;
  private volatile boolean closed;

  /** Milliseconds; 0 for none. */
  private volatile int timeout;

  ListenerSocket(ListenConfig config) throws IOException {
    this.config = config;
  }

  @Override
  public void bind(@Nullable SocketAddress local) throws IOException {
    bind(local, 0);
  }

  /**
   * Listens.
   *
   * @param backlog if less than 1, the backlog of the configuration applies
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
    ListenConfig ready = backlog < 1 ? config : config.backlog(backlog);
    listener =
        address.getAddress().isAnyLocalAddress()
            ? ready.listenTcp("tcp", ":" + address.getPort())
            : (TcpListener) ready.listen(address);
  }

  @Override
  public Socket accept() throws IOException {
    requireOpen();
    TcpListener current = listener;
    if (current == null) {
      throw new SocketException("Socket is not bound yet");
    }
    try {
      int milliseconds = timeout;
      current.setDeadline(milliseconds == 0 ? null : Duration.ofMillis(milliseconds));
      return current.accept().asSocket();
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
    TcpListener current = listener;
    if (current != null) {
      current.close();
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
    TcpListener current = listener;
    return current == null ? null : current.localAddress().getAddress();
  }

  @Override
  public int getLocalPort() {
    TcpListener current = listener;
    return current == null ? -1 : current.localAddress().getPort();
  }

  @Override
  public @Nullable SocketAddress getLocalSocketAddress() {
    TcpListener current = listener;
    return current == null ? null : current.localAddress();
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
    TcpListener current = listener;
    if (current == null) {
      config = config.option(option, value);
    } else {
      current.setOption(option, value);
    }
    return this;
  }

  @Override
  public <T> T getOption(SocketOption<T> option) throws IOException {
    requireOpen();
    TcpListener current = listener;
    if (current != null) {
      return current.getOption(option);
    }
    ListenFd asked = config.openUnbound();
    try {
      return asked.getOption(option);
    } finally {
      asked.close();
    }
  }

  @Override
  public Set<SocketOption<?>> supportedOptions() {
    TcpListener current = listener;
    if (current != null) {
      return current.supportedOptions();
    }
    try {
      ListenFd asked = config.openUnbound();
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
    if (size <= 0) {
      throw new IllegalArgumentException("SO_RCVBUF is " + size);
    }
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
    TcpListener current = listener;
    return current == null ? "ServerSocket[unbound]" : "ServerSocket[" + current + "]";
  }
}
