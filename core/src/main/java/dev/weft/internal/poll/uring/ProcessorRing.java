package dev.weft.internal.poll.uring;

import dev.weft.internal.sched.CurrentProcessor;
import dev.weft.internal.sync.FailureLog;
import dev.weft.internal.sync.SpinLock;
import dev.weft.internal.sys.CompletionQueue;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.IoUring;
import dev.weft.internal.sys.Jdk;
import dev.weft.internal.sys.SubmissionQueue;
import dev.weft.internal.sys.SystemCallException;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A processor's ring with its operations in flight, the buffers that the kernel receives into, and
 * the memory being sent.
 *
 * <p>The processor's machine queues requests and submits them in one system call when it has run
 * all goroutines that were ready. But a processor moves between machines, connections move between
 * processors, and other threads use connections too, so nothing here belongs to one thread:
 *
 * <ul>
 *   <li>the ring's lock guards the submission queue, the table of operations, and all free memory;
 *   <li>the reader's lock is held by the thread that handles completions, one at a time;
 *   <li>the kernel lets any thread submit. A thread that queues a request and is not the
 *       processor's machine submits at once ({@link #queued}).
 * </ul>
 */
final class ProcessorRing extends SpinLock implements AutoCloseable {
  static {
    FailureLog.resolve(Throwable.class);
  }

  private static final String COMPLETION_FAILED =
      FailureLog.message("a completion could not be handled");

  /** The token of requests whose completion is ignored. */
  static final long NO_OPERATION = -1;

  /** The token of the request that ends a wait. */
  private static final long WAKEUP = -2;

  private static final class Lock extends SpinLock {}

  final int index;
  final IoUring uring;
  final ReceiveBuffers buffers;
  final SendBlocks blocks;
  final Operations operations = new Operations();
  final LongAdder withoutBuffer = new LongAdder();
  final LongAdder stopped = new LongAdder();
  final LongAdder moved = new LongAdder();
  private final LongAdder overflows = new LongAdder();
  private volatile @Nullable Packets packets;
  private final Lock reader = new Lock();
  final RingPoller poller;

  /**
   * @param rings all rings, of which this one need not be in its place yet
   * @param waker notified while no machine holds the ring; absent if it is the only one
   */
  ProcessorRing(int index, RingSizes sizes, ProcessorRing[] rings, @Nullable Waker waker)
      throws SystemCallException {
    this.index = index;
    poller = new RingPoller(this, rings, waker);
    uring = new IoUring(sizes.submissions(), sizes.completions());
    try {
      if (waker != null) {
        uring.notify(waker.eventfd);
      }
      buffers = new ReceiveBuffers(this, uring, sizes);
      blocks = new SendBlocks(this);
    } catch (SystemCallException e) {
      uring.close();
      throw e;
    }
  }

  // Submitting

  /** The buffers for datagrams, which most servers never need. */
  Packets packets() throws SystemCallException {
    Packets made = packets;
    return made != null ? made : makePackets();
  }

  private synchronized Packets makePackets() throws SystemCallException {
    Packets made = packets;
    if (made == null) {
      packets = made = new Packets(this, uring);
    }
    return made;
  }

  /** Locks the ring, with room for {@code requests} in the queue. */
  void lockWithRoomFor(int requests) {
    lock();
    while (!uring.submissions.hasRoomFor(requests)) {
      unlock();
      submit();
      lock();
    }
  }

  /**
   * Locks the ring with room for a request without which a descriptor would stay open. Takes heap
   * memory only when the kernel refuses to take the queue.
   */
  private void lockToClose() {
    lock();
    while (!uring.submissions.hasRoomFor(1)) {
      unlock();
      if (!uring.submitWithoutMemory()) {
        submit();
      }
      lock();
    }
  }

  /** Queues the closing of a descriptor behind the requests that name it. */
  void queueClose(int fd) {
    lockToClose();
    try {
      uring.submissions.close(fd, NO_OPERATION);
    } finally {
      unlock();
    }
  }

  /**
   * Ensures that a queued request is submitted soon; called after the ring is unlocked. The machine
   * that has the processor submits when it has run its goroutines. Does not throw, because a queued
   * request cannot be withdrawn.
   */
  void queued() {
    if (CurrentProcessor.id() != index) {
      poller.submitQueued();
    }
  }

  /** Submits the requests that other threads have queued; they then complete on this thread. */
  void submitForOthers() {
    Thread carrier = Jdk.currentCarrier();
    lock();
    SubmissionQueue queue = uring.submissions;
    for (int i = queue.unsubmitted(); i > 0; i--) {
      if (operations.find(queue.latest(i)) instanceof Multishot request) {
        request.submittedBy(carrier);
      }
    }
    unlock();
    submit();
  }

  /**
   * Submits the queued requests, and makes the kernel post completions of this thread's requests.
   */
  void submit() {
    if (uring.submissions.hasOverflow()) {
      overflows.increment();
    }
    check(uring.enter());
  }

  /**
   * Ignores errors that leave the queue unchanged: no memory, a full completion queue, a signal, or
   * a time-out.
   */
  private static void check(int result) {
    switch (-result) {
      case 0, Errno.EAGAIN, Errno.ENOMEM, Errno.EBUSY, Errno.EINTR, Errno.ETIME -> {}
      default -> throw new IllegalStateException("io_uring_enter: " + Errno.text(-result));
    }
  }

  boolean hasUnsubmitted() {
    return uring.submissions.unsubmitted() > 0;
  }

  /** Cancels an operation; it still completes, with ECANCELED unless it had completed before. */
  void cancel(Operation operation) {
    lockToClose();
    try {
      uring.submissions.cancel(operation.token, NO_OPERATION);
    } finally {
      unlock();
    }
    queued();
  }

  // Completing

  /** Returns a lower bound of the number of completions to read. */
  int completions() {
    int n = uring.completions.size();
    return n == 0 && uring.submissions.hasOverflow() ? 1 : n;
  }

  /**
   * Handles completions, unless another thread does, until {@code max} of them made a goroutine
   * runnable.
   *
   * @return how many did
   */
  int complete(int max) {
    CompletionQueue queue = uring.completions;
    if (completions() == 0 || !reader.tryLock()) {
      return 0;
    }
    int ready = 0;
    boolean sawWakeup = false;
    int position = queue.head();
    try {
      if (uring.submissions.hasOverflow()) {
        submit(); // The kernel can now post some of the completions that it has kept back.
      }
      int end = position + queue.size();
      while (position != end && ready < max) {
        long token = queue.token(position);
        int result = queue.result(position);
        int flags = queue.flags(position);
        position++;
        sawWakeup |= token == WAKEUP;
        Operation operation = operations.find(token);
        if (operation != null && complete(operation, result, flags)) {
          ready++;
        }
      }
    } finally {
      queue.advanceTo(position);
      if (operations.hasRemoved()) {
        recycle();
      }
      reader.unlock();
    }
    if (sawWakeup) {
      poller.wakeupRead();
    }
    return ready;
  }

  /**
   * Handles one completion. An exception is logged, because the caller handles the completions of
   * all connections and must continue.
   */
  private boolean complete(Operation operation, int result, int flags) {
    boolean last = (flags & CompletionQueue.MORE) == 0;
    if (last) {
      if (!operations.mayRemove()) {
        recycle();
      }
      operations.remove(operation); // first, because it may be submitted again
    }
    try {
      return operation.complete(result, flags, last);
    } catch (Throwable failure) {
      FailureLog.write(COMPLETION_FAILED, failure);
      return true;
    }
  }

  private void recycle() {
    lock();
    operations.recycle();
    unlock();
  }

  /**
   * Submits the queued requests and waits for a completion, at most {@code nanos}; 0 only submits,
   * a negative value waits without limit.
   */
  void await(long nanos) {
    check(nanos == 0 ? uring.enter() : uring.enterAndWait(nanos));
  }

  /** Submits a request that completes at once, which ends a wait. */
  void submitWakeup() {
    lockWithRoomFor(1);
    try {
      uring.submissions.nothing(WAKEUP);
    } finally {
      unlock();
    }
    submit();
  }

  /**
   * Counts of events that reduce performance.
   *
   * @param withoutBuffer receives that ended because all buffers were in use
   * @param overflows times completions had to wait in the kernel for room
   * @param stopped receives that were cancelled because the user did not read
   * @param moved requests that were cancelled because another machine than the one that submitted
   *     them had the processor, or because they were awaited on another processor
   */
  record PressureCounts(long withoutBuffer, long overflows, long stopped, long moved) {}

  PressureCounts pressure() {
    return new PressureCounts(withoutBuffer.sum(), overflows.sum(), stopped.sum(), moved.sum());
  }

  @Override
  public void close() {
    uring.close();
  }
}
