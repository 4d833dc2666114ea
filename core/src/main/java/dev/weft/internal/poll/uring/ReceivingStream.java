package dev.weft.internal.poll.uring;

import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.poll.socket.NativeSocket;
import dev.weft.internal.poll.socket.NativeStream;
import dev.weft.internal.sys.CompletionQueue;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.RawAddress;
import dev.weft.internal.sys.RightsCalls;
import dev.weft.internal.sys.SocketCalls;
import dev.weft.internal.sys.SubmissionQueue;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The receiving half of a stream on io_uring; {@link UringStream} adds the sending half. It is a
 * superclass and not a field, so that a connection has no further object and a read no further
 * step.
 *
 * <p>The first read tries the socket, so a request that arrives together with its connection costs
 * one system call. When the socket is empty, a multishot receive is queued, which adds bytes to the
 * {@link Inbox} as they arrive. It ends when the kernel has no buffer, when the thread that
 * submitted it ends, or when the inbox is full; the next read then tries the socket again.
 *
 * <p><b>Splicing.</b> The bytes in the inbox were received before those in the socket, so they have
 * to be read first: the receive is cancelled, the inbox is read, and the socket is spliced from
 * then on. Until the next read, a splice waits through a poll request instead of a receive.
 *
 * <p><b>Closing.</b> The descriptor outlives the final completion of the receive, which tells
 * whether bytes have arrived that were never read.
 */
abstract class ReceivingStream extends NativeStream {
  /** The number of unread heap bytes at which the receive is cancelled. */
  private static final int MAX_UNREAD = 64 * 1024;

  final UringPoller poller;
  final Inbox inbox;
  private volatile @Nullable Receiving receiving;
  private @Nullable PollRequest readable;
  private @Nullable PollRequest ended;

  /** Whether the inbox was read since the reader last waited; guarded by the read lock. */
  private boolean readSinceWait;

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
      receiveEnded();
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

  ReceivingStream(UringPoller poller, PollDesc poll, NativeSocket socket) {
    super(poll, socket, poller.pipes);
    this.poller = poller;
    inbox = new Inbox(poller.rings);
  }

  ReceivingStream(
      UringPoller poller, PollDesc poll, int fd, RawAddress remote, NativeSocket listener) {
    super(poll, fd, remote, listener, poller.pipes);
    this.poller = poller;
    inbox = new Inbox(poller.rings);
  }

  // The sending half

  /**
   * Returns how the stream has ended, or {@link #WOULD_BLOCK} while a send is in flight that may
   * have been told what broke the connection. Its completion signals the reader.
   */
  abstract int awaitSend();

  /** Called by the handler of completions when no receive is in flight any more. */
  abstract void receiveEnded();

  /**
   * Closes the descriptor, now or after the last send. No receive is in flight.
   *
   * @param ring the ring whose completion is being handled; {@code null} outside of one
   */
  abstract void closeDescriptor(@Nullable ProcessorRing ring);

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
  final boolean stopReceiving() {
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
  final void cancelReceive() {
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
  final void end(int result) {
    if (result < 0) {
      brokenBy(result);
    }
    inbox.end(result);
  }

  /** Reports whether a receive is in flight. */
  final boolean isReceiving() {
    return receiving != null;
  }

  /** Ends receiving; the descriptor is closed after the last completion of the receive. */
  final void closeReceiving() {
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
}
