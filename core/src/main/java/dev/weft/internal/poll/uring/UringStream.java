package dev.weft.internal.poll.uring;

import dev.weft.internal.poll.LingerOption;
import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.poll.socket.NativeSocket;
import dev.weft.internal.poll.socket.NativeStream;
import dev.weft.internal.poll.socket.SocketOptions;
import dev.weft.internal.sched.CurrentProcessor;
import dev.weft.internal.sys.CompletionQueue;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.RawAddress;
import dev.weft.internal.sys.RightsCalls;
import dev.weft.internal.sys.SocketCalls;
import dev.weft.internal.sys.SubmissionQueue;
import dev.weft.internal.sys.SystemCallException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A TCP connection on io_uring.
 *
 * <p><b>Reading.</b> The first read tries the socket, so a request that arrives together with its
 * connection costs one system call. When the socket is empty, a multishot receive is queued, which
 * adds bytes to the {@link Inbox} as they arrive. It ends when the kernel has no buffer, when the
 * thread that submitted it ends, or when the inbox is full; the next read then tries the socket
 * again.
 *
 * <p><b>Writing.</b> Small writes go through the {@link Outbox}. Other writes go from the caller's
 * memory to the socket by a system call and wait through a poll request, so that the kernel never
 * keeps memory of a caller: large ones, those of threads that are no goroutines, and those of
 * connections that have never waited to read, which may be closed after their first answer.
 *
 * <p><b>Broken connections.</b> The kernel reports what broke a connection once, and often to the
 * receive, whose completion another machine may still have to handle when a send fails with EPIPE.
 * The writer then waits until the receive has ended, which records the failure. In the same way a
 * reader that gets the end of the stream waits for a send in flight.
 *
 * <p><b>Splicing.</b> The bytes in the inbox were received before those in the socket, so they have
 * to be read first: the receive is cancelled, the inbox is read, and the socket is spliced from
 * then on. Until the next read, a splice waits through a poll request instead of a receive. In the
 * other direction a splice waits until the outbox is idle.
 *
 * <p><b>Closing.</b> The descriptor is closed last: after the final completion of the receive,
 * which tells whether bytes have arrived that were never read, and after the last send. If such
 * bytes are dropped, or accepted ones were not sent, closing it resets the connection.
 */
final class UringStream extends NativeStream implements Outbox.Owner {
  /** From this size on, copying costs more than a system call. */
  private static final int DIRECT_FROM = 16 * 1024;

  /** The state of a TCP connection that has ended in both directions (linux/tcp.h). */
  private static final int TCP_CLOSE = 7;

  /** The number of unread heap bytes at which the receive is cancelled. */
  private static final int MAX_UNREAD = 64 * 1024;

  private final UringPoller poller;
  private final Inbox inbox;
  private volatile @Nullable Receiving receiving;
  private volatile @Nullable Outbox outbox;
  private @Nullable PollRequest writable;
  private @Nullable PollRequest readable;
  private @Nullable PollRequest ended;

  /** Whether the inbox was read since the reader last waited; guarded by the read lock. */
  private boolean readSinceWait;

  /** Whether a writer waits for the end of the receive, to learn what broke the connection. */
  private volatile boolean causeAwaited;

  /** Whether a reader waits for the end of a send, to learn the same. */
  private volatile boolean sendAwaited;

  /** Whether descriptors were requested: nothing is then received ahead of the calls. */
  private volatile boolean takesRights;

  /** A multishot receive. */
  private final class Receiving extends Multishot {
    Receiving(ProcessorRing ring) {
      super(ring);
    }

    @Override
    void writeRequest(SubmissionQueue queue) {
      int max = poller.receivesMultishot ? 0 : ring.buffers.size();
      queue.receive(socket.fd, ReceiveBuffers.GROUP, max, token);
    }

    @Override
    boolean completed(int result, int flags, boolean last) {
      try {
        if ((flags & CompletionQueue.BUFFER) != 0) {
          arrived(result, flags);
        }
      } finally { // also without memory, because no other completion closes the descriptor
        if (last) {
          ended(result);
        }
        poll.signalRead();
      }
      return true;
    }

    private void ended(int result) {
      if (result == 0 || (result < 0 && !isInterruption(result))) {
        end(result);
      }
      receiving = null;
      if (causeAwaited) {
        poll.signalWrite();
      }
      if (inbox.endReceiving()) {
        closeDescriptor(ring);
      }
      if (result == -Errno.ENOBUFS) {
        ring.withoutBuffer.increment();
      }
    }

    private void arrived(int result, int flags) {
      long piece = ring.buffers.arrived(flags, Math.max(result, 0));
      if (result <= 0) {
        ring.buffers.release(piece);
        return;
      }
      int kept = inbox.add(ring, piece, poll.isReadAwaited());
      if (kept > MAX_UNREAD && stop()) {
        ring.stopped.increment();
      }
    }
  }

  UringStream(UringPoller poller, PollDesc poll, NativeSocket socket) {
    super(poll, socket, poller.pipes);
    this.poller = poller;
    inbox = new Inbox(poller.rings);
  }

  UringStream(UringPoller poller, PollDesc poll, int fd, RawAddress remote, NativeSocket listener) {
    super(poll, fd, remote, listener, poller.pipes);
    this.poller = poller;
    inbox = new Inbox(poller.rings);
  }

  /** Reports whether a multishot receive ended for a reason unrelated to the socket. */
  static boolean isInterruption(int result) {
    return result == -Errno.ENOBUFS
        || result == -Errno.ECANCELED
        || result == -Errno.EINTR
        || result == -Errno.EAGAIN;
  }

  // Reading

  @Override
  protected int tryRead(MemorySegment memory, long offset, int length) {
    poll.consumeRead();
    int n = inbox.read(memory, offset, length);
    if (n > 0) {
      readSinceWait = true;
      return n;
    }
    Receiving current = receiving;
    if (current != null) {
      await(current);
      return WOULD_BLOCK;
    }
    // The receive may have added bytes after the first look and before it ended.
    n = inbox.read(memory, offset, length);
    if (n > 0) {
      return n;
    }
    int end = inbox.end();
    if (end != Inbox.OPEN) {
      return end == 0 ? awaitSend() : end;
    }
    do {
      n = SocketCalls.recv(socket.fd, memory, offset, length);
    } while (n == -Errno.EINTR);
    if (n == WOULD_BLOCK) {
      receive();
    } else if (n == 0) {
      inbox.end(0);
      return awaitSend();
    }
    return n;
  }

  /**
   * Returns how the stream has ended, or {@link #WOULD_BLOCK} while a send is in flight that may
   * have been told what broke the connection. Its completion signals the reader.
   */
  private int awaitSend() {
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

  @Override
  protected int tryReadDirect(DirectRead how, int max) {
    boolean signalled = poll.consumeRead();
    boolean receives = stopReceiving();
    if (!inbox.isEmpty()) {
      return USE_BUFFER;
    }
    if (receives) {
      return WOULD_BLOCK;
    }
    if (inbox.end() != Inbox.OPEN) {
      return USE_BUFFER;
    }
    int n;
    do {
      n = how.read(socket.fd, max);
    } while (n == -Errno.EINTR);
    if (n == WOULD_BLOCK) {
      // A splice does not go past an urgent byte, and the poll request would complete at once.
      if (signalled && SocketCalls.isAtUrgentMark(socket.fd)) {
        return USE_BUFFER;
      }
      awaitReadableSocket();
    } else if (n == 0) {
      inbox.end(0);
    }
    return n;
  }

  /**
   * Cancels the receive, whose last completion signals; returns false when none is in flight. The
   * inbox then contains all received bytes.
   */
  private boolean stopReceiving() {
    Receiving current = receiving;
    if (current != null) {
      current.stop();
    }
    return current != null;
  }

  @Override
  protected int tryReceiveRights(
      MemorySegment memory, long offset, int length, RightsCalls.Received received)
      throws IOException {
    takesRights = true;
    return super.tryReceiveRights(memory, offset, length, received);
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

  private void awaitReadableSocket() {
    PollRequest awaiting = readable;
    if (awaiting == null) {
      readable =
          awaiting = new PollRequest(poller, socket.fd, PollRequest.POLLIN, poll::signalRead);
    }
    awaiting.begin();
  }

  @Override
  protected boolean isReadable() {
    poll.consumeRead();
    if (!inbox.isEmpty()) {
      return true;
    }
    Receiving current = receiving;
    if (current != null) {
      await(current);
      return false;
    }
    if (!inbox.isEmpty() || inbox.end() != Inbox.OPEN) {
      return true;
    }
    int n = SocketCalls.peek(socket.fd);
    if (n == WOULD_BLOCK) {
      receive();
      return false;
    }
    if (n < 0) {
      end(n); // The kernel reports an error, such as a reset, only once.
    }
    return true;
  }

  /** Bytes are added before their signal is given, so they may have been read by then. */
  @Override
  protected boolean isReadableAfterSignal() {
    return isReadable();
  }

  /**
   * Called when the reader is about to wait for the receive. When a receive has stopped before an
   * urgent byte, the kernel regards the socket as empty and does not continue the receive before
   * more bytes arrive. The reader then has to read the socket itself.
   */
  private void await(Receiving current) {
    current.awaited();
    if (readSinceWait) {
      readSinceWait = false;
      if (SocketCalls.isAtUrgentMark(socket.fd)) {
        current.stop();
      }
    }
  }

  private void receive() {
    if (takesRights) {
      awaitReadableSocket(); // A receive would drop the descriptors.
      return;
    }
    ProcessorRing ring = poller.ring();
    Receiving operation = new Receiving(ring);
    inbox.beginReceiving();
    receiving = operation;
    boolean queued = false;
    try {
      operation.enqueue();
      queued = true;
    } finally {
      if (!queued) { // out of memory
        receiving = null;
        inbox.endReceiving();
      }
    }
    ring.queued();
    awaitEnd();
  }

  /**
   * Polls for the end of the stream in addition to the multishot receive, which may miss a reset
   * that closely follows data (Linux 6.18; compare liburing's issue 1549).
   */
  private void awaitEnd() {
    if (poller.receivesMultishot) {
      PollRequest awaiting = ended;
      if (awaiting == null) {
        ended =
            awaiting =
                new PollRequest(poller, socket.fd, PollRequest.POLLRDHUP, this::cancelReceive);
      }
      awaiting.begin();
    }
  }

  /** Cancels the receive; the reader then reads the remaining bytes and the end from the socket. */
  private void cancelReceive() {
    Receiving current = receiving;
    if (current != null) {
      current.ring.cancel(current);
    }
  }

  /**
   * Ends reading behind the bytes in the inbox.
   *
   * @param result 0, or the failure
   */
  private void end(int result) {
    if (result < 0) {
      brokenBy(result);
    }
    inbox.end(result);
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
            && receiving != null
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

  /**
   * {@inheritDoc} A receive that is in flight when the connection has broken ends, and signals the
   * writer, which tries again.
   */
  @Override
  protected int sent(int result) {
    if (!isReasonUnknown(result) || receiving == null || !isClosed()) {
      return result;
    }
    causeAwaited = true; // before the second look: a receive that ends in between sees it
    return receiving == null ? result : WOULD_BLOCK;
  }

  /** Reports whether the connection has ended in both directions, so that no request waits. */
  private boolean isClosed() {
    try {
      return tcpInfo().state() == TCP_CLOSE;
    } catch (SystemCallException e) {
      return false;
    }
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

  @Override
  public boolean resetsOnClose() {
    return socket.lingerSeconds() == 0;
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
  protected void close() {
    if (writable != null) {
      writable.cancel();
    }
    if (readable != null) {
      readable.cancel();
    }
    if (ended != null) {
      ended.cancel();
    }
    Receiving current = receiving;
    if (!inbox.discard()) {
      closeDescriptor(null);
    } else if (current != null) {
      current.ring.cancel(current); // Its last completion closes the descriptor.
    }
  }

  /**
   * Closes the descriptor, or lets the outbox close it. No receive is in flight.
   *
   * @param ring the ring whose completion is being handled; {@code null} outside of one
   */
  private void closeDescriptor(@Nullable ProcessorRing ring) {
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
