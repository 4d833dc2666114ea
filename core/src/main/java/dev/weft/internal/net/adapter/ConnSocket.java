package dev.weft.internal.net.adapter;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Socket} over a connection, for libraries that know only sockets.
 *
 * <pre>
 *   NEW --bind--> BOUND --connect--> CONNECTED      any --close, a failed connect--> CLOSED
 *   NEW --------connect------------> CONNECTED
 * </pre>
 *
 * As in the JDK, {@code isBound} and {@code isConnected} stay true after closing. {@code conn} and
 * {@code closed} change under the monitor of {@code this} only, so a connection that is established
 * while the socket is being closed is closed too.
 *
 * <p>Interrupting a thread that waits closes the socket, as with the JDK's sockets in virtual
 * threads.
 */
public final class ConnSocket extends SocketWithOptions {
  /** {@code null} in a socket that was made with its connection. */
  private final @Nullable PendingSocket pending;

  private volatile @Nullable Duplex conn;
  private volatile @Nullable SocketInput input;
  private volatile @Nullable SocketAddress bound;

  /** The address passed to {@code connect}, with the host name if it has one. */
  private volatile @Nullable InetSocketAddress target;

  private volatile boolean closed;
  private volatile boolean inputShut;
  private volatile boolean outputShut;

  /** Milliseconds; 0 for none. */
  private volatile int timeout;

  /** Creates an unconnected socket. */
  ConnSocket(PendingSocket pending) throws SocketException {
    this.pending = pending;
  }

  /** Creates a connected socket. */
  public static Socket of(Duplex conn) {
    try {
      return new ConnSocket(conn);
    } catch (SocketException e) {
      throw new AssertionError("declared by the JDK, but never thrown", e);
    }
  }

  private ConnSocket(Duplex conn) throws SocketException {
    pending = null;
    this.conn = conn;
    input = new SocketInput(this, conn);
    target = conn.remoteAddress() instanceof InetSocketAddress internet ? internet : null;
  }

  private PendingSocket pending() {
    return Objects.requireNonNull(pending, "a socket that has its connection");
  }

  // Connecting

  @Override
  public void connect(@Nullable SocketAddress endpoint) throws IOException {
    connect(endpoint, 0);
  }

  /**
   * Connects. Unlike the JDK's sockets, accepts an unresolved address, and tries all addresses of
   * the name.
   */
  @Override
  public void connect(@Nullable SocketAddress endpoint, int milliseconds) throws IOException {
    if (endpoint == null) {
      throw new IllegalArgumentException("connect: The address can't be null");
    }
    if (milliseconds < 0) {
      throw new IllegalArgumentException("connect: timeout can't be negative");
    }
    requireOpen();
    if (isConnected()) {
      throw new SocketException("Already connected");
    }
    if (!(endpoint instanceof InetSocketAddress internet)) {
      throw new IllegalArgumentException("Unsupported address type");
    }
    try {
      Duration limit = milliseconds == 0 ? null : Duration.ofMillis(milliseconds);
      begin(internet, pending().connect(internet, limit));
    } catch (IOException | RuntimeException e) {
      close();
      throw translated(e);
    } catch (Error e) {
      close();
      throw e;
    }
  }

  private synchronized void begin(InetSocketAddress asked, Duplex connected)
      throws SocketException {
    if (closed) {
      connected.close();
      throw new SocketException("Socket closed");
    }
    target = asked;
    input = new SocketInput(this, connected);
    conn = connected;
  }

  @Override
  public void bind(@Nullable SocketAddress local) throws IOException {
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
    bound = pending().bind(address);
  }

  // Streams

  private Duplex connected() throws SocketException {
    requireOpen();
    Duplex current = conn;
    if (current == null) {
      throw new SocketException("Socket is not connected");
    }
    return current;
  }

  @Override
  public InputStream getInputStream() throws IOException {
    connected();
    SocketInput stream = input;
    if (inputShut || stream == null) {
      throw new SocketException("Socket input is shutdown");
    }
    return stream;
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    Duplex current = connected();
    if (outputShut) {
      throw new SocketException("Socket output is shutdown");
    }
    return new SocketOutput(this, current);
  }

  @Override
  public void shutdownInput() throws IOException {
    Duplex current = connected();
    if (inputShut) {
      throw new SocketException("Socket input is already shutdown");
    }
    try {
      current.closeRead();
    } catch (IOException e) {
      throw translated(e);
    }
    inputShut = true;
  }

  @Override
  public void shutdownOutput() throws IOException {
    Duplex current = connected();
    if (outputShut) {
      throw new SocketException("Socket output is already shutdown");
    }
    try {
      current.closeWrite();
    } catch (IOException e) {
      throw translated(e);
    }
    outputShut = true;
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (pending != null) {
      pending.close();
    }
    Duplex current = conn;
    if (current != null) {
      current.close();
    }
  }

  /** Converts an exception to the one that the JDK's sockets throw. */
  IOException translated(Exception failure) {
    return switch (failure) {
      case ClosedChannelException closing -> new SocketException("Socket closed", closing);
      case SocketTimeoutException timedOut -> timedOut;
      case InterruptedIOException interrupted -> {
        close();
        yield new SocketException("Closed by interrupt", interrupted);
      }
      case IOException other -> other;
      case RuntimeException unexpected -> throw unexpected;
      default -> new IOException(failure);
    };
  }

  // Options

  @Override
  <T> void setIfSupported(SocketOption<T> option, T value) throws IOException {
    if (isSupported(option)) {
      setOption(option, value);
    }
  }

  @Override
  <T> T getIfSupported(SocketOption<T> option, T otherwise) throws IOException {
    return isSupported(option) ? getOption(option) : otherwise;
  }

  private boolean isSupported(SocketOption<?> option) throws SocketException {
    requireOpen();
    return supportedOptions().contains(option);
  }

  @Override
  public <T> Socket setOption(SocketOption<T> option, T value) throws IOException {
    requireOpen();
    Duplex current = conn;
    if (current == null) {
      pending().setOption(option, value);
    } else {
      current.setOption(option, value);
    }
    return this;
  }

  @Override
  public <T> T getOption(SocketOption<T> option) throws IOException {
    requireOpen();
    Duplex current = conn;
    return current == null ? pending().getOption(option) : current.getOption(option);
  }

  @Override
  public Set<SocketOption<?>> supportedOptions() {
    try {
      Duplex current = conn;
      return current == null ? pending().supportedOptions() : current.supportedOptions();
    } catch (IOException e) {
      return Set.of();
    }
  }

  @Override
  public void setSoTimeout(int milliseconds) throws SocketException {
    requireOpen();
    if (milliseconds < 0) {
      throw new IllegalArgumentException("timeout can't be negative");
    }
    timeout = milliseconds;
  }

  @Override
  public int getSoTimeout() throws SocketException {
    requireOpen();
    return timeout;
  }

  // State

  @Override
  public boolean isConnected() {
    return conn != null;
  }

  @Override
  public boolean isBound() {
    return bound != null || conn != null;
  }

  @Override
  public boolean isClosed() {
    Duplex current = conn;
    return closed || (current != null && !current.isOpen());
  }

  @Override
  public boolean isInputShutdown() {
    return inputShut;
  }

  @Override
  public boolean isOutputShutdown() {
    return outputShut;
  }

  // Addresses. Connections other than TCP report loopback addresses.

  @Override
  public @Nullable InetAddress getInetAddress() {
    Duplex current = conn;
    if (current == null) {
      return null;
    }
    InetSocketAddress asked = target;
    if (asked != null && !asked.isUnresolved()) {
      return asked.getAddress();
    }
    return current.remoteAddress() instanceof InetSocketAddress remote
        ? remote.getAddress()
        : InetAddress.getLoopbackAddress();
  }

  @Override
  public int getPort() {
    InetSocketAddress asked = target;
    return asked == null ? 0 : asked.getPort();
  }

  @Override
  public @Nullable SocketAddress getRemoteSocketAddress() {
    Duplex current = conn;
    if (current == null) {
      return null;
    }
    SocketAddress remote = current.remoteAddress();
    InetAddress address = getInetAddress();
    return remote instanceof InetSocketAddress && address != null
        ? new InetSocketAddress(address, getPort())
        : remote;
  }

  private @Nullable SocketAddress local() {
    Duplex current = conn;
    return current == null ? bound : current.localAddress();
  }

  @Override
  public InetAddress getLocalAddress() {
    InetAddress everywhere = new InetSocketAddress(0).getAddress();
    if (!isBound() || isClosed()) {
      return everywhere;
    }
    if (!(local() instanceof InetSocketAddress internet)) {
      return InetAddress.getLoopbackAddress();
    }
    return internet.getAddress().isAnyLocalAddress() ? everywhere : internet.getAddress();
  }

  @Override
  public int getLocalPort() {
    if (!isBound()) {
      return -1;
    }
    return local() instanceof InetSocketAddress internet ? internet.getPort() : 0;
  }

  @Override
  public @Nullable SocketAddress getLocalSocketAddress() {
    if (!isBound()) {
      return null;
    }
    SocketAddress local = local();
    return local instanceof InetSocketAddress || local == null
        ? new InetSocketAddress(getLocalAddress(), Math.max(0, getLocalPort()))
        : local;
  }

  @Override
  public String toString() {
    Duplex current = conn;
    return current == null ? "Socket[unconnected]" : "Socket[" + current + "]";
  }
}
