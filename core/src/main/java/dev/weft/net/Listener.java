package dev.weft.net;

import dev.weft.context.Context;
import dev.weft.internal.poll.CancelSignal;
import dev.weft.internal.poll.ListenFd;
import dev.weft.internal.poll.NetExceptions;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Accepts connections. Safe for use by any number of threads; several may accept at once. */
public final class Listener implements Closeable {
  private final ListenFd fd;
  private final InetSocketAddress address;
  private final @Nullable CancelSignal cancelSignal;

  Listener(ListenFd fd) throws IOException {
    this.fd = fd;
    InetSocketAddress local = fd.localAddress();
    if (local == null) {
      throw new IOException("a listening socket without an address");
    }
    address = local;
    cancelSignal = null;
  }

  private Listener(Listener same, @Nullable CancelSignal cancelSignal) {
    fd = same.fd;
    address = same.address;
    this.cancelSignal = cancelSignal;
  }

  /**
   * The same listener, for work that belongs to {@code context}: when that is cancelled, {@link
   * #accept} through the returned view fails with the context's exception, also one that waits just
   * then. The listener stays open. Closing the view closes it.
   *
   * <p>Accepted connections do not belong to {@code context}; see {@link Conn#withContext}. Views
   * do not nest: {@code view.withContext(other)} obeys only {@code other}.
   */
  public Listener withContext(Context context) {
    return new Listener(this, new ContextCancelSignal(context));
  }

  /**
   * Waits for the next connection.
   *
   * <p>When the process or the system is out of descriptors or memory, connections wait in the
   * kernel: that is logged once, and accepting goes on by itself when it is over. Connections that
   * die while they wait are passed over.
   *
   * @throws java.net.SocketTimeoutException when the deadline passes
   * @throws java.nio.channels.ClosedChannelException when the listener is closed, before or
   *     meanwhile
   * @throws java.io.InterruptedIOException when the thread is interrupted; it stays interrupted,
   *     the listener stays open. (A {@link java.net.SocketTimeoutException} is one too, in the JDK:
   *     catch that first)
   */
  public Conn accept() throws IOException {
    return new Conn(fd.accept(cancelSignal));
  }

  /** Where it listens; with the port that the system chose, if it did. Also after closing. */
  public InetSocketAddress localAddress() {
    return address;
  }

  /**
   * From {@code fromNow} on, {@link #accept} fails with a time-out; also the one in progress.
   * {@code null} takes the deadline away; zero or less is past at once.
   */
  public void setDeadline(@Nullable Duration fromNow) throws IOException {
    fd.setReadDeadline(Deadlines.at(fromNow));
  }

  /**
   * Sets an option from {@link java.net.StandardSocketOptions} or {@code
   * jdk.net.ExtendedSocketOptions}. One that counts only before a socket is bound, such as {@code
   * SO_REUSEPORT}, has no effect any more.
   *
   * @throws UnsupportedOperationException when it is not one of {@link #supportedOptions}
   */
  public <T> Listener setOption(SocketOption<T> option, T value) throws IOException {
    fd.setOption(option, value);
    return this;
  }

  /**
   * An option's value, as the system has it.
   *
   * @throws UnsupportedOperationException when it is not one of {@link #supportedOptions}
   */
  public <T> T getOption(SocketOption<T> option) throws IOException {
    return fd.getOption(option);
  }

  /** The options that {@link #setOption} and {@link #getOption} take. */
  public Set<SocketOption<?>> supportedOptions() {
    return fd.supportedOptions();
  }

  /** Whether it was not closed. Never blocks. */
  public boolean isOpen() {
    return fd.isOpen();
  }

  /**
   * Stops listening; whoever waits in {@link #accept} fails. Connections accepted before are not
   * affected.
   */
  @Override
  public void close() {
    fd.close();
  }

  @Override
  public String toString() {
    return "tcp " + NetExceptions.format(address) + (isOpen() ? "" : " (closed)");
  }
}
