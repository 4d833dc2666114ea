package dev.weft.net;

import dev.weft.internal.net.wait.Deadlines;
import dev.weft.internal.poll.CancelSignal;
import dev.weft.internal.poll.ListenFd;
import dev.weft.internal.poll.StreamFd;
import java.io.IOException;
import java.net.SocketOption;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The common part of listeners over a descriptor. */
abstract sealed class FdListener implements Listener permits TcpListener, UnixListener {
  final ListenFd fd;
  final @Nullable CancelSignal cancelSignal;

  FdListener(ListenFd fd, @Nullable CancelSignal cancelSignal) {
    this.fd = fd;
    this.cancelSignal = cancelSignal;
  }

  /** Makes a listener from a descriptor. */
  interface Maker<T extends FdListener> {
    T make(ListenFd fd) throws IOException;
  }

  /**
   * Passes a descriptor on to a new listener; closes it when that fails.
   *
   * @param listener before the descriptor, so that it is there when the descriptor is opened
   */
  static <T extends FdListener> T owning(Maker<T> listener, ListenFd fd) throws IOException {
    try {
      return listener.make(fd);
    } catch (Throwable e) {
      fd.close();
      throw e;
    }
  }

  final StreamFd acceptFd() throws IOException {
    return fd.accept(cancelSignal);
  }

  @Override
  public final void setDeadline(@Nullable Duration fromNow) throws IOException {
    fd.setReadDeadline(Deadlines.at(fromNow));
  }

  @Override
  public <T> Listener setOption(SocketOption<T> option, T value) throws IOException {
    fd.setOption(option, value);
    return this;
  }

  @Override
  public final <T> T getOption(SocketOption<T> option) throws IOException {
    return fd.getOption(option);
  }

  @Override
  public final Set<SocketOption<?>> supportedOptions() {
    return fd.supportedOptions();
  }

  @Override
  public final boolean isOpen() {
    return fd.isOpen();
  }

  @Override
  public void close() {
    fd.close();
  }

  @Override
  public final String toString() {
    return fd + (isOpen() ? "" : " (closed)");
  }
}
