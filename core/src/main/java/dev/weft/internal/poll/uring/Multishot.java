package dev.weft.internal.poll.uring;

import dev.weft.internal.sched.CurrentProcessor;
import dev.weft.internal.sys.CarrierThread;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.Jdk;
import dev.weft.internal.sys.SubmissionQueue;
import org.jspecify.annotations.Nullable;

/**
 * A request that completes any number of times, until it is cancelled or the kernel ends it. Its
 * users submit another one when they next find no result.
 *
 * <p>The kernel prepares each completion on the thread that submitted the request. That costs
 * nothing while this thread has the ring's processor. After the processor has moved to another
 * machine, the kernel wakes a thread that has nothing to do, once for every message. So a request
 * moves as well: after a few completions in a row that another machine handled, it is cancelled,
 * and a goroutine of that machine submits the next one.
 *
 * <p>A request also moves to the processor on which it is awaited. When a machine has more
 * goroutines than it can run, others steal them; after enough waits in a row on other processors
 * the next request is submitted there, together with the kernel's work for it.
 */
abstract class Multishot extends Operation {
  /**
   * Completions in a row that another machine handles before the request is moved, which costs
   * about as much as they do. Machines that alternate move nothing.
   */
  private static final int MAX_FOREIGN = 4;

  /** Waits in a row on other processors; machines that help now and then move nothing. */
  private static final int MAX_ELSEWHERE = 16;

  /** The machine that submitted it; {@code null} when no machine did. */
  private volatile @Nullable Thread submitter;

  /** Used by the handler of completions. */
  private int foreign;

  /** Used by the waiting reader. */
  private int elsewhere;

  private volatile boolean stopped;

  Multishot(ProcessorRing ring) {
    super(ring);
  }

  @Override
  final void write(SubmissionQueue queue) {
    submitter = CurrentProcessor.id() == ring.index ? Jdk.currentCarrier() : null;
    writeRequest(queue);
  }

  abstract void writeRequest(SubmissionQueue queue);

  /** Records that {@code thread} submits it instead of the thread that queued it. */
  final void submittedBy(Thread thread) {
    submitter = thread;
  }

  @Override
  final boolean complete(int result, int flags, boolean last) {
    if (!last) {
      follow();
    }
    return completed(result, flags, last);
  }

  /** Handles a completion, as {@link Operation#complete} describes. */
  abstract boolean completed(int result, int flags, boolean last);

  private void follow() {
    Thread by = submitter;
    Thread me = Thread.currentThread();
    if (by == me || by == null) {
      foreign = 0;
    } else if (me instanceof CarrierThread && ++foreign >= MAX_FOREIGN && stop()) {
      ring.moved.increment();
    }
  }

  /** Records that the caller is about to wait for it. One caller at a time. */
  final void awaited() {
    int processor = CurrentProcessor.id();
    if (processor == ring.index || processor < 0) {
      elsewhere = 0;
    } else if (++elsewhere >= MAX_ELSEWHERE && stop()) {
      ring.moved.increment();
    }
  }

  /**
   * Cancels the request; results that arrived before are still completed. Concurrent calls may both
   * cancel it, which is harmless: the second one finds nothing.
   *
   * @return false when it was cancelled before
   */
  final boolean stop() {
    if (stopped) {
      return false;
    }
    stopped = true;
    ring.cancel(this);
    return true;
  }

  /** Reports whether a multishot receive ended for a reason unrelated to the socket. */
  static boolean isInterruption(int result) {
    return result == -Errno.ENOBUFS
        || result == -Errno.ECANCELED
        || result == -Errno.EINTR
        || result == -Errno.EAGAIN;
  }
}
