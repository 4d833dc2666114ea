package dev.weft.net;

import dev.weft.context.Context;
import dev.weft.internal.net.wait.ContextCancelSignal;
import dev.weft.internal.poll.CancelSignal;
import dev.weft.internal.poll.ListenFd;
import java.io.IOException;
import java.net.SocketOption;
import java.net.UnixDomainSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Accepts connections from processes of this machine, over a Unix stream socket.
 *
 * <p>Listening on a path makes a file of the kind socket, which {@link #close} removes, as in Go.
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
    return new UnixConn(acceptFd());
  }

  @Override
  public UnixDomainSocketAddress localAddress() {
    return file.address();
  }

  /**
   * Sets whether {@link #close} removes the socket's file; it does unless told otherwise. A
   * listener that was inherited leaves the file to the process that made it, unless told otherwise.
   */
  public UnixListener setUnlinkOnClose(boolean unlink) {
    file.setUnlinkOnClose(unlink);
    return this;
  }

  @Override
  public Descriptor duplicate() throws IOException {
    return Descriptor.adopt(fd.duplicate());
  }

  @Override
  public <T> UnixListener setOption(SocketOption<T> option, T value) throws IOException {
    super.setOption(option, value);
    return this;
  }

  @Override
  public void close() {
    // The file goes first: afterwards another process may already listen under the same name.
    if (fd.isOpen()) {
      file.unlink();
    }
    super.close();
  }
}
