package dev.weft.internal.poll.uring;

import dev.weft.internal.sched.CurrentProcessor;
import dev.weft.internal.sched.FailureLog;
import dev.weft.internal.sync.SpinLock;
import dev.weft.internal.sys.CompletionQueue;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.Ring;
import dev.weft.internal.sys.SubmissionQueue;
import dev.weft.internal.sys.SystemCallException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A processor's ring, and what belongs to it: the operations under way, the buffers the kernel
 * receives into, and the memory being sent.
 *
 * <p>The processor's machine queues requests and hands them over in one system call when it has run
 * all goroutines that were ready. But a processor moves between machines, connections move between
 * processors, and other threads use connections too, so nothing here belongs to one thread:
 *
 * <ul>
 *   <li>the lane's own lock guards what is queued, the table of operations, and all free memory;
 *   <li>the reader's lock is held by whoever handles completions, one thread at a time;
 *   <li>the kernel lets any thread submit. Who queues something and is not the machine that has the
 *       processor submits at once ({@link #queued}).
 * </ul>
 */
final class Lane extends SpinLock implements AutoCloseable {
  /** Of requests of whose completion nobody needs to hear. */
  static final long NO_OPERATION = -1;

  /** Of the request that ends a wait. */
  private static final long CALL = -2;

  private static final class Lock extends SpinLock {}

  final int index;
  final Ring ring;
  final ReceiveBuffers buffers;
  final SendBlocks blocks;
  final Operations operations = new Operations();
  final LongAdder withoutBuffer = new LongAdder();
  final LongAdder stopped = new LongAdder();
  final LongAdder moved = new LongAdder();
  private final LongAdder overflows = new LongAdder();
  private volatile @Nullable Packets packets;
  private final Bell bell;
  private final Lock reader = new Lock();
  final Attention attention;

  private volatile boolean roused;

  /**
   * @param alone whether this is the only lane, which somebody always looks after
   */
  Lane(int index, RingSizes sizes, Bell bell, boolean alone) throws SystemCallException {
    this.index = index;
    this.bell = bell;
    attention = new Attention(this, bell, alone);
    ring = new Ring(sizes.submissions(), sizes.completions());
    try {
      if (!alone) {
        ring.notify(bell.eventfd);
      }
      buffers = new ReceiveBuffers(this, ring, sizes);
      blocks = new SendBlocks(this);
    } catch (SystemCallException e) {
      ring.close();
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
      packets = made = new Packets(this, ring);
    }
    return made;
  }

  /** Locks the lane, with room for {@code requests} in the queue. */
  void lockWithRoomFor(int requests) {
    lock();
    while (!ring.submissions.hasRoomFor(requests)) {
      unlock();
      submit();
      lock();
    }
  }

  /**
   * To be called after something was queued and the lane unlocked: sees to it that somebody will
   * submit it soon. The machine that has the processor does so when it has run its goroutines.
   */
  void queued() {
    if (CurrentProcessor.id() != index) {
      submit();
    }
  }

  /** The same for what others have queued, whose affair the completions remain. */
  void submitForOthers() {
    lock();
    SubmissionQueue queue = ring.submissions;
    for (int i = queue.unsubmitted(); i > 0; i--) {
      if (operations.find(queue.latest(i)) instanceof Multishot request) {
        request.submittedBy(Thread.currentThread());
      }
    }
    unlock();
    submit();
  }

  /** Hands over what is queued, and lets completions of this thread's requests appear. */
  void submit() {
    if (ring.submissions.hasOverflow()) {
      overflows.increment();
    }
    check(ring.enter());
  }

  /**
   * The kernel may be short of memory, or of room for completions, which reading them will change;
   * what is queued stays queued. Or a signal came, or the time is over.
   */
  private static void check(int result) {
    switch (-result) {
      case 0, Errno.EAGAIN, Errno.ENOMEM, Errno.EBUSY, Errno.EINTR, Errno.ETIME -> {}
      default -> throw new IllegalStateException("io_uring_enter: " + Errno.text(-result));
    }
  }

  boolean hasUnsubmitted() {
    return ring.submissions.unsubmitted() > 0;
  }

  /** Ends an operation early; it still completes, with ECANCELED unless it was faster. */
  void cancel(Operation operation) {
    lockWithRoomFor(1);
    ring.submissions.cancel(operation.token, NO_OPERATION);
    unlock();
    queued();
  }

  // Completing

  /** How many completions there are, at least. */
  int completions() {
    int n = ring.completions.size();
    return n == 0 && ring.submissions.hasOverflow() ? 1 : n;
  }

  /**
   * Handles completions, unless somebody else does, until {@code most} of them made somebody
   * runnable.
   *
   * @return how many did
   */
  int complete(int most) {
    CompletionQueue queue = ring.completions;
    if (completions() == 0 || !reader.tryLock()) {
      return 0;
    }
    int ready = 0;
    boolean called = false;
    int position = queue.head();
    try {
      if (ring.submissions.hasOverflow()) {
        submit(); // There is room for some of what the kernel keeps, or will be for the next time.
      }
      int end = position + queue.size();
      while (position != end && ready < most) {
        long token = queue.token(position);
        int result = queue.result(position);
        int flags = queue.flags(position);
        position++;
        called |= token == CALL;
        Operation operation = operations.find(token);
        if (operation != null && complete(operation, result, flags)) {
          ready++;
        }
      }
    } finally {
      queue.advanceTo(position);
      if (operations.hasRemoved()) {
        lock();
        operations.recycle();
        unlock();
      }
      reader.unlock();
    }
    if (called) {
      callAgain();
    }
    return ready;
  }

  /**
   * Who comes here looks after all of a processor's connections, and must not end with a failure
   * that concerns one.
   */
  private boolean complete(Operation operation, int result, int flags) {
    boolean last = (flags & CompletionQueue.MORE) == 0;
    if (last) {
      operations.remove(operation); // first, because it may be submitted again
    }
    try {
      return operation.complete(result, flags, last);
    } catch (Throwable failure) {
      FailureLog.write("a completion could not be handled", failure);
      return true;
    }
  }

  /**
   * Submits what is queued and waits for a completion or the bell.
   *
   * @param nanos at most so long; for ever when negative
   * @param elsewhere whether other lanes have something for the caller; asked when it would be
   *     heard of from then on
   */
  void await(long nanos, BooleanSupplier elsewhere) {
    attention.beginWaiting();
    bell.listen(this);
    awaitCompletion(nanos, bell.isRung() || elsewhere.getAsBoolean());
  }

  /**
   * The same without the bell, unless somebody waits here already. That is one who was called away
   * and has not noticed yet; what calls him must not be taken for a call to another, and used up.
   */
  void attend(long nanos) {
    if (attention.tryBeginWaiting()) {
      awaitCompletion(nanos, false);
    }
  }

  /**
   * Who wakes us sets a flag and then has a completion appear. It may have been read by others
   * before we waited; from now on it is for us.
   */
  private void awaitCompletion(long nanos, boolean called) {
    int result = called || roused ? ring.enter() : ring.enterAndWait(nanos);
    roused = false;
    attention.endWaiting();
    check(result);
  }

  /** Ends the wait of whoever waits here, or the next, by a request that is over at once. */
  void rouse() {
    roused = true;
    lockWithRoomFor(1);
    ring.submissions.nothing(CALL);
    unlock();
    submit();
  }

  /**
   * Who is to be called may have looked at the flag before it was set, and not be in the kernel
   * yet; then the completion must not be used up by another reader. Another one is made, until the
   * flag is taken down.
   */
  private void callAgain() {
    if (roused && attention.isWaitedAt()) {
      rouse();
    }
  }

  /**
   * How often something did not fit.
   *
   * @param withoutBuffer receives that ended because all buffers were in use
   * @param overflows times completions had to wait in the kernel for room
   * @param stopped receives that were ended because nobody read
   * @param moved requests that were ended because another machine than the one that submitted them
   *     had the processor, or because they were awaited on another processor
   */
  record Troubles(long withoutBuffer, long overflows, long stopped, long moved) {}

  Troubles troubles() {
    return new Troubles(withoutBuffer.sum(), overflows.sum(), stopped.sum(), moved.sum());
  }

  @Override
  public void close() {
    ring.close();
  }
}
