package dev.weft.internal.poll.uring;

import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.poll.StreamFd;
import dev.weft.internal.poll.socket.NativeListener;
import dev.weft.internal.poll.socket.NativeSocket;
import dev.weft.internal.poll.socket.SocketOptions;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.Libc;
import dev.weft.internal.sys.RawAddress;
import dev.weft.internal.sys.SubmissionQueue;
import dev.weft.internal.sys.SystemCallException;
import java.io.IOException;
import java.net.SocketOption;
import org.jspecify.annotations.Nullable;

/**
 * A listening TCP socket on io_uring: once it has to wait, a multishot accept brings connections by
 * itself.
 */
final class UringListener extends NativeListener {
  /** What is accepted for a caller who does not ask, before the kernel is told to stop. */
  private static final int MAX_UNASKED = 64;

  private final UringPoller poller;

  /** Descriptors. */
  private final PendingQueue<Integer> arrivals = new PendingQueue<>();

  private volatile @Nullable Accepting accepting;
  private volatile int lingerSeconds = LingerOption.NONE;

  private final class Accepting extends Multishot {
    Accepting(ProcessorRing ring) {
      super(ring);
    }

    @Override
    void writeRequest(SubmissionQueue queue) {
      queue.acceptMultishot(socket.fd, token);
    }

    @Override
    boolean completed(int result, int flags, boolean last) {
      if (result >= 0) {
        int waiting = arrivals.add(result);
        if (waiting < 0) {
          refuse(result);
        } else if (waiting >= MAX_UNASKED && !last) {
          stop();
        }
      }
      if (last) {
        accepting = null;
      }
      poll.signalRead();
      return true;
    }
  }

  UringListener(UringPoller poller, PollDesc poll, NativeSocket socket) {
    super(poll, socket);
    this.poller = poller;
  }

  @Override
  protected @Nullable StreamFd tryAccept() throws SystemCallException {
    poll.consumeRead();
    Integer arrived = arrivals.take();
    RawAddress peer = new RawAddress();
    if (arrived == null) {
      if (accepting != null) {
        return null;
      }
      arrived = arrivals.take(); // what came before accepting ended
    }
    if (arrived != null) {
      // A multishot accept does not tell it, and one who is gone by now has none any more.
      if (Libc.peerAddress(arrived, peer) < 0) {
        Libc.close(arrived);
        throw new SystemCallException("accept", Errno.ECONNABORTED);
      }
      return connection(arrived, peer);
    }
    int fd = Libc.accept(socket.fd, peer);
    if (fd >= 0) {
      return connection(fd, peer);
    }
    if (fd != WOULD_BLOCK) {
      throw new SystemCallException("accept", -fd);
    }
    accept();
    return null;
  }

  private StreamFd connection(int fd, RawAddress peer) {
    return new StreamFd(
        new UringStream(poller, poller.newDesc(), fd, peer, socket.localAddress(), lingerSeconds));
  }

  private void accept() {
    ProcessorRing ring = poller.ring();
    Accepting operation = new Accepting(ring);
    accepting = operation;
    operation.enqueue();
    ring.queued();
  }

  /** On Linux, accepted sockets inherit the setting. */
  @Override
  protected <T> void setOption(SocketOption<T> option, T value) throws IOException {
    super.setOption(option, LingerOption.forKernel(option, value));
    lingerSeconds = LingerOption.kept(option, value, lingerSeconds);
  }

  @Override
  protected <T> T getOption(SocketOption<T> option) throws IOException {
    return LingerOption.shown(option, super.getOption(option), lingerSeconds);
  }

  /** As the kernel does with connections that nobody has accepted when the listener closes. */
  private static void refuse(int fd) {
    SocketOptions.resetOnClose(fd);
    Libc.close(fd);
  }

  @Override
  protected void close() {
    arrivals.close();
    for (Integer left; (left = arrivals.take()) != null; ) {
      refuse(left);
    }
    Accepting current = accepting;
    if (current != null) {
      // The port is free now, not when the ring has handed over what follows.
      Libc.shutdown(socket.fd, Libc.SHUT_RD);
      current.ring.cancel(current);
    }
    poller.close(socket.fd, current == null ? null : current.ring);
  }
}
