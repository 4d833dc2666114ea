package dev.weft.internal.poll.uring;

import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.poll.StreamFd;
import dev.weft.internal.poll.socket.NativeListener;
import dev.weft.internal.poll.socket.NativeSocket;
import dev.weft.internal.sys.DescriptorCalls;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.RawAddress;
import dev.weft.internal.sys.SocketCalls;
import dev.weft.internal.sys.SubmissionQueue;
import dev.weft.internal.sys.SystemCallException;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A listening socket on io_uring. The first call tries the socket; when no connection is there, a
 * multishot accept is queued, which adds connections as they arrive.
 *
 * <p>Once the socket is shared, that would take connections that another process could accept after
 * this listener is closed. So a call then waits with a poll request, and accepts by itself:
 *
 * <pre>
 *   idle      --no connection, not shared--> accepting  --last completion--> idle
 *   accepting --duplicate-->                 cancelled  --last completion--> idle, for which duplicate waits
 *   idle      --no connection, shared-->     polling    --completion-->      idle
 * </pre>
 *
 * <p>{@code accepting} is written before {@link NativeSocket#isShared} is read; duplicating does
 * the reverse. So either the accept is not queued, or duplicating waits for its end.
 */
final class UringListener extends NativeListener {
  /** The number of unaccepted connections at which the multishot accept is cancelled. */
  private static final int MAX_PENDING = 64;

  private final UringPoller poller;

  /** Descriptors of accepted connections. */
  private final PendingQueue<Integer> pending = new PendingQueue<>();

  private volatile @Nullable Accepting accepting;

  /** Null until the first wait of a shared socket; guarded by the read lock. */
  private @Nullable PollRequest readable;

  private final class Accepting extends Multishot {
    /** Opened by the last completion. */
    final CountDownLatch ended = new CountDownLatch(1);

    Accepting(ProcessorRing ring) {
      super(ring);
    }

    @Override
    void writeRequest(SubmissionQueue queue) {
      queue.acceptMultishot(socket.fd, token);
    }

    @Override
    boolean completed(int result, int flags, boolean last) {
      if (last) {
        end(); // also when what follows runs out of memory
      }
      if (result >= 0 && add(result) >= MAX_PENDING && !last) {
        stop();
      }
      poll.signalRead();
      return true;
    }

    void end() {
      accepting = null;
      ended.countDown();
    }

    private int add(int fd) {
      int waiting = -1;
      try {
        waiting = pending.add(fd);
      } finally {
        if (waiting < 0) {
          refuse(fd);
        }
      }
      return waiting;
    }
  }

  UringListener(UringPoller poller, PollDesc poll, NativeSocket socket) {
    super(poll, socket);
    this.poller = poller;
  }

  @Override
  protected @Nullable StreamFd tryAccept() throws SystemCallException {
    poll.consumeRead();
    RawAddress peer = new RawAddress(); // first: without memory no connection is lost
    Integer arrived = pending.take();
    if (arrived == null) {
      if (accepting != null) {
        return null;
      }
      arrived = pending.take(); // It may have been added after the first look, before the end.
    }
    if (arrived != null) {
      // A multishot accept does not report the address, and a connection that was reset has none.
      if (peerAddress(arrived, peer) < 0) {
        DescriptorCalls.close(arrived);
        throw new SystemCallException("accept", Errno.ECONNABORTED);
      }
      return connection(arrived, peer);
    }
    int fd = SocketCalls.accept(socket.fd, peer);
    if (fd >= 0) {
      return connection(fd, peer);
    }
    if (fd != WOULD_BLOCK) {
      var failure = new SystemCallException("accept", -fd);
      if (failure.isOutOfDescriptors()) {
        poller.reclaimDescriptors(); // The caller tries again after a pause.
      }
      throw failure;
    }
    accept();
    return null;
  }

  /** Refuses the connection when there is no memory for its address. */
  private static int peerAddress(int fd, RawAddress peer) {
    boolean isDone = false;
    try {
      int result = SocketCalls.peerAddress(fd, peer);
      isDone = true;
      return result;
    } finally {
      if (!isDone) {
        refuse(fd);
      }
    }
  }

  @Override
  protected UringStream stream(int fd, RawAddress peer) {
    return new UringStream(poller, poller.newDesc(), fd, peer, socket);
  }

  private void accept() {
    ProcessorRing ring = poller.ring();
    Accepting operation = new Accepting(ring);
    accepting = operation;
    boolean queued = false;
    try {
      if (socket.isShared()) {
        awaitReadable();
        return;
      }
      operation.enqueue();
      queued = true;
    } finally {
      if (!queued) { // also without memory
        operation.end();
      }
    }
    ring.queued();
    if (socket.isShared()) {
      ring.cancel(operation); // Duplicating may have cancelled it before it was queued.
    }
  }

  private void awaitReadable() {
    PollRequest request = readable;
    if (request == null) {
      readable = request = new PollRequest(poller, socket.fd, PollRequest.POLLIN, poll::signalRead);
    }
    request.begin();
  }

  /** Waits until the kernel no longer accepts for this listener. */
  @Override
  protected int duplicate() {
    int copy = super.duplicate();
    Accepting current = accepting;
    if (current != null) {
      current.ring.cancel(current);
      awaitEnd(current);
    }
    return copy;
  }

  private static void awaitEnd(Accepting current) {
    boolean interrupted = false;
    while (true) {
      try {
        current.ended.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true; // The kernel ends a cancelled request soon.
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  protected void close() {
    pending.close();
    for (Integer left; (left = pending.take()) != null; ) {
      refuse(left);
    }
    if (readable != null) {
      readable.cancel();
    }
    Accepting current = accepting;
    if (current != null) {
      current.ring.cancel(current);
    }
    poller.close(socket.fd, current == null ? null : current.ring);
  }
}
