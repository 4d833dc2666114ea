package dev.weft.internal.poll.uring;

import dev.weft.internal.poll.Transport;
import dev.weft.internal.poll.socket.SocketOptions;
import dev.weft.internal.poll.uring.SendBlocks.Block;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.IoUring;
import dev.weft.internal.sys.SocketCalls;
import dev.weft.internal.sys.SubmissionQueue;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Write-behind: holds the bytes that writes have accepted and the kernel has not.
 *
 * <p>A small write is copied here and returns at once, as if into the kernel's own send buffer. One
 * send is in flight at a time, which keeps the order; later writes are queued behind it. A failed
 * send is reported by the next write.
 *
 * <pre>
 *   idle     no bytes are here
 *   sending  one block is in flight, others may be queued behind it
 *   broken   a send failed or was given up: the queued bytes were dropped, every write fails
 *
 *   idle --write--> sending
 *   sending --sent, others queued--> sending
 *   sending --sent, none queued--> idle; a deferred shutdown or close is performed
 *   sending --failed or given up--> broken; a deferred close is performed
 * </pre>
 *
 * <p>A connection that is closed while sending keeps its descriptor until all bytes are sent,
 * because the kernel may cancel a send that then has to be submitted again. So the peer reads all
 * bytes and then the end of the stream. {@link LingerQueue} limits how long that may take.
 *
 * <p>In the state <i>broken</i>, accepted bytes are lost, so closing the descriptor resets the
 * connection, and its writing side cannot be shut down: the peer must never read an orderly end
 * after a gap.
 *
 * <p>The lock guards all fields; a ring's lock may be taken inside.
 */
final class Outbox extends SendQueue {
  private static final int NO_DESCRIPTOR = -1;

  /** Result of {@link #tryWrite}: there is room, but no free block to copy to. */
  private static final int NO_BLOCK = Integer.MIN_VALUE;

  /** The connection whose bytes these are. */
  interface Owner {
    /** Reports whether a cancelled send reports how many bytes it has sent. */
    boolean sendsWhole();

    /** Reports whether SO_LINGER requests a reset on close. */
    boolean resetsOnClose();

    void signalWritable();

    /** Called without the lock when accepted bytes were lost. */
    void sendFailed(int error);
  }

  private final Owner stream;
  private final int fd;
  private final Sending sending;

  private @Nullable Block inFlight;
  private int error;
  private boolean writerWaits;
  private boolean ended;
  private boolean shutdownWhenIdle;
  private boolean lost;
  private boolean resetAtExit;
  private @Nullable LingerQueue closing;

  /** The send in flight. */
  final class Sending extends Operation {
    // Guarded by LingerQueue's lock.
    long lingersSince;
    long lingersUntil;
    boolean givenUp;
    @Nullable Sending nextGivenUp;
    @Nullable Sending previous;
    @Nullable Sending next;

    private Sending(ProcessorRing ring) {
      super(ring);
    }

    @Override
    void write(SubmissionQueue queue) {
      Block block = Objects.requireNonNull(inFlight);
      queue.send(
          fd,
          block.memory,
          block.offset + block.sent,
          block.length - block.sent,
          stream.sendsWhole(),
          token);
    }

    @Override
    boolean complete(int result, int flags, boolean last) {
      return sent(result);
    }

    /** Drops the bytes of a closed connection that are not sent yet; its peer sees a reset. */
    void giveUp() {
      lock();
      if (inFlight != null) {
        abandon();
      }
      unlock();
    }

    /** Makes the kernel reset the connection if the process ends before the bytes here are sent. */
    void resetAtExit() {
      lock();
      if (inFlight != null) {
        resetAtExit = true;
        SocketOptions.resetOnClose(fd);
      }
      unlock();
    }
  }

  Outbox(Owner stream, int fd, ProcessorRing ring) {
    this.stream = stream;
    this.fd = fd;
    sending = new Sending(ring);
  }

  /**
   * Makes the JVM load and link what handles the completion of a send, which takes memory. Without
   * memory a failure half-way would keep the lock, and the peer would wait for the rest for ever.
   */
  static void warmUp(ProcessorRing ring) {
    ring.blocks.addOne();
    Owner none = new NoOwner();
    Outbox box = new Outbox(none, NO_DESCRIPTOR, ring);
    box.beginFakeSend();
    box.shutdownWhenIdle = true;
    box.sent(1);
    box.beginFakeSend();
    box.sent(-Errno.EPIPE);
  }

  private void beginFakeSend() {
    ProcessorRing ring = sending.ring;
    lock();
    ring.lock();
    Block block = Objects.requireNonNull(ring.blocks.take(SendBlocks.LARGE));
    ring.unlock();
    block.length = 1;
    inFlight = block;
    writerWaits = true;
    unlock();
  }

  private static final class NoOwner implements Owner {
    @Override
    public boolean sendsWhole() {
      return true;
    }

    @Override
    public boolean resetsOnClose() {
      return false;
    }

    @Override
    public void signalWritable() {}

    @Override
    public void sendFailed(int error) {}
  }

  boolean isIdle() {
    lock();
    boolean idle = inFlight == null && error == 0;
    unlock();
    return idle;
  }

  /** Returns WOULD_BLOCK while a send is in flight, the failure of one, or 0. */
  int result() {
    lock();
    int result = inFlight == null ? error : Transport.WOULD_BLOCK;
    unlock();
    return result;
  }

  /**
   * Returns 0 when the writer may bypass the outbox, WOULD_BLOCK while it holds bytes (a write
   * signal then follows), or a negated error number.
   */
  int awaitIdle() {
    lock();
    try {
      if (error != 0) {
        return error;
      }
      if (ended) {
        return -Errno.EPIPE;
      }
      if (inFlight == null) {
        return 0;
      }
      writerWaits = true;
      return Transport.WOULD_BLOCK;
    } finally {
      unlock();
    }
  }

  /**
   * Copies as many bytes as fit.
   *
   * @param ring the caller's ring
   * @return how many bytes were accepted, a negated error number, or WOULD_BLOCK when there is no
   *     room: the write signal then follows when there is
   */
  int write(ProcessorRing ring, MemorySegment memory, long offset, int length) {
    int n = tryWrite(ring, memory, offset, length, false);
    if (n == NO_BLOCK) {
      ring.blocks.grow(length);
      n = tryWrite(ring, memory, offset, length, true);
    }
    return n;
  }

  private int tryWrite(
      ProcessorRing ring, MemorySegment memory, long offset, int length, boolean hasGrown) {
    boolean begun = false;
    lock();
    try {
      if (error != 0) {
        return error;
      }
      if (ended) {
        return -Errno.EPIPE;
      }
      int done = gather(ring, memory, offset, length);
      if (done == 0 && length > 0) {
        if (!hasGrown && !isFull()) {
          return NO_BLOCK;
        }
        if (inFlight == null) {
          return SocketCalls.send(fd, memory, offset, length); // No memory to copy it to.
        }
        writerWaits = true;
        return Transport.WOULD_BLOCK;
      }
      return done;
    } finally {
      // Also when copying failed because the caller's memory was closed: earlier bytes were
      // accepted.
      boolean broken = false;
      if (inFlight == null && error == 0) {
        begun = sendNext(ring);
        broken = lost;
      }
      unlock();
      if (begun) {
        ring.queued();
      } else if (broken) {
        stream.sendFailed(error);
      }
    }
  }

  /** Submits the next block through {@code ring}; false when there is none. */
  private boolean sendNext(ProcessorRing ring) {
    inFlight = takeFirst();
    if (inFlight == null) {
      return false;
    }
    sending.ring = ring;
    return enqueue();
  }

  /** Queues the block in flight; after a failure its bytes and those behind it are lost. */
  private boolean enqueue() {
    try {
      sending.enqueue();
      return true;
    } catch (OutOfMemoryError e) {
      breakOff(-Errno.ENOMEM);
    } catch (IllegalStateException e) {
      breakOff(-Errno.EIO); // io_uring_enter failed permanently; other users of the ring report it.
    }
    return false;
  }

  /** Handles a completion; returns whether a writer was woken. */
  private boolean sent(int result) {
    lock();
    goOnAfter(result);
    boolean queued = inFlight != null || becomeIdle();
    boolean woken = writerWaits;
    writerWaits = false;
    int failure = error;
    unlock();
    if (failure != 0) {
      stream.sendFailed(failure);
    }
    if (queued) {
      sending.ring.queued();
    }
    if (woken) {
      stream.signalWritable();
    }
    return woken;
  }

  /** Accounts for a completion and submits the next block. */
  private void goOnAfter(int result) {
    Block block = Objects.requireNonNull(inFlight, "a completion without a request");
    if (result > 0) {
      countSent(block, result);
    }
    if (block.sent == block.length) {
      give(block);
      sendNext(sending.ring);
    } else if (isUnfinished(result)) {
      enqueue();
    } else {
      breakOff(result < 0 ? result : -Errno.EPIPE);
    }
  }

  /** The block in flight cannot be sent. */
  private void breakOff(int failure) {
    give(Objects.requireNonNull(inFlight));
    inFlight = null;
    fail(failure);
  }

  /** Enters the state broken; the descriptor is open. */
  private void fail(int failure) {
    error = failure;
    lost = true;
    drop();
    SocketOptions.resetOnClose(fd);
  }

  /**
   * Reports whether the kernel ended the send early, for example because the thread that submitted
   * it ended.
   */
  private boolean isUnfinished(int result) {
    return error == 0
        && (result > 0
            || result == -Errno.ECANCELED
            || result == -Errno.EINTR
            || result == -Errno.EAGAIN);
  }

  /** Performs a deferred close or shutdown; returns whether a request was queued. */
  private boolean becomeIdle() {
    if (resetAtExit && !lost && !stream.resetsOnClose()) {
      SocketOptions.finishOnClose(fd); // All bytes went out before the process ended.
    }
    if (closing != null) {
      closing.remove(sending);
      sending.ring.queueClose(fd);
      return true;
    }
    if (shutdownWhenIdle && !lost) {
      IoUring.endWriting(fd);
    }
    shutdownWhenIdle = false;
    return false;
  }

  /** Drops the queued bytes and cancels the send in flight, whose completion does the rest. */
  private void abandon() {
    fail(-Errno.ECANCELED);
    sending.ring.cancel(sending);
  }

  /**
   * Shuts down the writing side after the bytes held.
   *
   * @return 0 or a negated error number, that of the send when accepted bytes were lost
   */
  int shutdown() {
    lock();
    try {
      ended = true;
      if (lost) {
        return error;
      }
      if (inFlight == null) {
        return SocketCalls.shutdown(fd, SocketCalls.SHUT_WR);
      }
      shutdownWhenIdle = true;
      return 0;
    } finally {
      unlock();
    }
  }

  /**
   * Takes over the descriptor if bytes are still to be sent, and closes it afterwards.
   *
   * @param lingerNanos how long sending may take; 0 drops the bytes
   * @return false when the outbox is empty: the caller then closes the descriptor
   */
  boolean close(LingerQueue lingerQueue, long lingerNanos) {
    lock();
    try {
      if (inFlight == null) {
        if (lost) {
          SocketOptions.resetOnClose(fd); // The user may have set SO_LINGER since.
        }
        return false;
      }
      closing = lingerQueue;
      lingerQueue.add(sending, lingerNanos);
      if (lingerNanos == 0) {
        abandon();
      }
      return true;
    } finally {
      unlock();
    }
  }
}
