package dev.weft.internal.poll.uring;

import dev.weft.internal.poll.LingerOption;
import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.poll.socket.NativeSocket;
import dev.weft.internal.poll.socket.SocketOptions;
import dev.weft.internal.sched.CurrentProcessor;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.RawAddress;
import dev.weft.internal.sys.SocketCalls;
import dev.weft.internal.sys.SystemCallException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A TCP or Unix connection on io_uring: {@link ReceivingStream} reads, this class writes, and
 * relates the two when the connection breaks and when it is closed.
 *
 * <p><b>Writing.</b> Small writes go through the {@link Outbox}. Other writes go from the caller's
 * memory to the socket by a system call and wait through a poll request, so that the kernel never
 * keeps memory of a caller: large ones, those of threads that are no goroutines, and those of
 * connections that have never waited to read, which may be closed after their first answer. A
 * splice into the socket waits until the outbox is idle.
 *
 * <p><b>Broken connections.</b> The kernel reports what broke a connection once, and often to the
 * receive, whose completion another machine may still have to handle when a send fails with EPIPE.
 * The writer then waits until the receive has ended, which records the failure. In the same way a
 * reader that gets the end of the stream waits for a send in flight.
 *
 * <p><b>Closing.</b> The descriptor is closed last: after the final completion of the receive and
 * after the last send. If bytes are dropped that were never read, or accepted ones were not sent,
 * closing it resets the connection.
 */
final class UringStream extends ReceivingStream implements Outbox.Owner {
  /** From this size on, copying costs more than a system call. */
  private static final int DIRECT_FROM = 16 * 1024;

  /** The state of a TCP connection that has ended in both directions (linux/tcp.h). */
  private static final int TCP_CLOSE = 7;

  private volatile @Nullable Outbox outbox;
  private @Nullable PollRequest writable;

  /** Whether a writer waits for the end of the receive, to learn what broke the connection. */
  private volatile boolean causeAwaited;

  /** Whether a reader waits for the end of a send, to learn the same. */
  private volatile boolean sendAwaited;

  UringStream(UringPoller poller, PollDesc poll, NativeSocket socket) {
    super(poller, poll, socket);
  }

  UringStream(UringPoller poller, PollDesc poll, int fd, RawAddress remote, NativeSocket listener) {
    super(poller, poll, fd, remote, listener);
  }

  // Writing

  @Override
  protected int tryWrite(MemorySegment memory, long offset, int length) {
    poll.consumeWrite();
    Outbox box = outbox;
    boolean mapped = memory.isMapped();
    if (mapped) { // Copying it might wait for a disk, and delay safepoints.
      int ready = beginDirectWrite();
      if (ready != 0) {
        return ready;
      }
    }
    boolean behind =
        length < DIRECT_FROM
            && !mapped
            && isReceiving()
            && !hasEndedWriting()
            && CurrentProcessor.id() >= 0
            && poller.writesBehind();
    if (!behind && (box == null || box.isIdle())) {
      int n;
      do {
        n = SocketCalls.send(socket.fd, memory, offset, length);
      } while (n == -Errno.EINTR);
      return n == WOULD_BLOCK ? awaitWritable() : sent(n);
    }
    ProcessorRing ring = poller.ring();
    if (box == null) {
      poller.lingerQueue(); // made now, because closing must not need memory
      outbox = box = new Outbox(this, socket.fd, ring);
      if (hasEndedWriting()) {
        return -Errno.EPIPE; // closeWrite may have run before there was an outbox.
      }
    }
    int n = box.write(ring, memory, offset, length);
    return n == WOULD_BLOCK && box.isIdle() ? awaitWritable() : sent(n);
  }

  @Override
  protected int beginDirectWrite() {
    Outbox box = outbox;
    return box == null ? 0 : box.awaitIdle();
  }

  @Override
  protected int awaitWritable() {
    PollRequest awaiting = writable;
    if (awaiting == null) {
      writable =
          awaiting = new PollRequest(poller, socket.fd, PollRequest.POLLOUT, this::signalWritable);
    }
    awaiting.begin();
    return WOULD_BLOCK;
  }

  @Override
  public void signalWritable() {
    poll.signalWrite();
  }

  @Override
  public boolean sendsWhole() {
    return poller.receivesMultishot;
  }

  @Override
  public boolean resetsOnClose() {
    return socket.lingerSeconds() == 0;
  }

  // Broken connections

  /**
   * {@inheritDoc} A receive that is in flight when the connection has broken ends, and signals the
   * writer, which tries again.
   */
  @Override
  protected int sent(int result) {
    if (!isReasonUnknown(result) || !isReceiving() || !isClosed()) {
      return result;
    }
    causeAwaited = true; // before the second look: a receive that ends in between sees it
    return isReceiving() ? WOULD_BLOCK : result;
  }

  @Override
  void receiveEnded() {
    if (causeAwaited) {
      poll.signalWrite();
    }
  }

  @Override
  int awaitSend() {
    Outbox box = outbox;
    if (box == null) {
      return inbox.end();
    }
    int sent = box.result();
    if (sent == WOULD_BLOCK && isClosed()) {
      sendAwaited = true; // before the second look: a send that fails in between sees it
      sent = box.result();
      if (sent == WOULD_BLOCK) {
        return WOULD_BLOCK;
      }
    }
    if (sent < 0 && sent != WOULD_BLOCK) {
      sendFailed(sent); // the handler of its completion may not have come to that yet
    }
    return inbox.end();
  }

  /** Reports whether the connection has ended in both directions, so that no request waits. */
  private boolean isClosed() {
    try {
      return tcpInfo().state() == TCP_CLOSE;
    } catch (SystemCallException e) {
      return false;
    }
  }

  /**
   * Reports the failure of a send to the reader as well. The kernel reports an error, such as a
   * reset, only once; it has reported this one to a send, and the reader would see an orderly end
   * instead. A broken pipe only repeats an earlier failure. After a failure on this side the peer
   * would wait for bytes that never come, and this side for the peer, so reading ends too.
   */
  @Override
  public void sendFailed(int error) {
    switch (-error) {
      case Errno.EPIPE, Errno.ECANCELED -> {}
      case Errno.ENOMEM, Errno.ENOBUFS, Errno.EIO -> {
        end(error);
        cancelReceive();
        poll.signalRead();
      }
      default -> brokenBy(error);
    }
    if (sendAwaited) {
      poll.signalRead();
    }
  }

  // Ending

  @Override
  protected int shutdown(boolean reading) {
    if (reading) {
      return SocketCalls.shutdown(socket.fd, SocketCalls.SHUT_RD);
    }
    Outbox box = outbox;
    return box == null ? SocketCalls.shutdown(socket.fd, SocketCalls.SHUT_WR) : box.shutdown();
  }

  @Override
  protected int tryDetach(boolean reading) {
    if (!reading) {
      poll.consumeWrite();
      return beginDirectWrite();
    }
    poll.consumeRead();
    if (stopReceiving()) {
      return WOULD_BLOCK;
    }
    return inbox.isEmpty() ? 0 : -Errno.EBUSY;
  }

  @Override
  protected void close() {
    if (writable != null) {
      writable.cancel();
    }
    closeReceiving();
  }

  @Override
  void closeDescriptor(@Nullable ProcessorRing ring) {
    if (inbox.hasDropped()) {
      SocketOptions.resetOnClose(socket.fd); // queued bytes are sent first
    }
    Outbox box = outbox;
    long linger = LingerOption.nanos(socket.lingerSeconds());
    if (box == null || !box.close(poller.lingerQueue(), linger)) {
      poller.close(socket.fd, ring);
    }
  }
}
