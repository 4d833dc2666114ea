package dev.weft.net;

import dev.weft.context.Context;
import dev.weft.internal.net.address.SocketFile;
import dev.weft.internal.net.wait.ContextCancelSignal;
import dev.weft.internal.poll.CancelSignal;
import dev.weft.internal.poll.ListenFd;
import java.io.IOException;
import java.net.SocketOption;
import java.net.UnixDomainSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Accepts connections over a Unix stream socket.
 *
 * <p>Listening on a path creates the socket's file, and {@link #close} removes it, as in Go.
 * Abstract names, written {@code @name}, have no file.
 */
public final class UnixListener extends FdListener implements Passable {
  private final SocketFile file;

  UnixListener(ListenFd fd, SocketFile file) {
    this(fd, file, null);
  }

  private UnixListener(ListenFd fd, SocketFile file, @Nullable CancelSignal cancelSignal) {
    super(fd, cancelSignal);
    this.file = file;
  }

  @Override
  public UnixListener withContext(Context context) {
    return new UnixListener(fd, file, new ContextCancelSignal(context));
  }

  @Override
  public UnixConn accept() throws IOException {
    return FdConn.owning(UnixConn::new, acceptFd());
  }

  @Override
  public UnixDomainSocketAddress localAddress() {
    return file.address();
  }

  /**
   * Sets whether {@link #close} removes the socket's file. The default is true, and false for
   * inherited listeners.
   */
  public UnixListener setUnlinkOnClose(boolean unlink) {
    file.setUnlinkOnClose(unlink);
    return this;
  }

  @Override
  public Descriptor duplicate() throws IOException {
    return Descriptor.duplicate(fd);
  }

  @Override
  public <T> UnixListener setOption(SocketOption<T> option, T value) throws IOException {
    super.setOption(option, value);
    return this;
  }

  @Override
  public void close() {
    // Remove the file before closing: afterwards another process may already listen on the same
    // path.
    try {
      if (fd.isOpen()) {
        file.unlink();
      }
    } finally { // also without memory to remove the file
      super.close();
    }
  }
}
