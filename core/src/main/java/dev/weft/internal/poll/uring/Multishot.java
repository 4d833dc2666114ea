package dev.weft.internal.poll.uring;

import dev.weft.internal.sched.CurrentProcessor;
import dev.weft.internal.sys.CarrierThread;
import dev.weft.internal.sys.Jdk;
import dev.weft.internal.sys.SubmissionQueue;
import org.jspecify.annotations.Nullable;

/**
 * A request that completes again and again, until it is cancelled or ends for a reason of the
 * kernel's. Its users then begin anew when they next find nothing.
 *
 * <p>Each time, the kernel prepares the completion on the thread that submitted the request. That
 * is free while that thread looks after the ring. When another one does by now, because a processor
 * was moved, the kernel wakes a thread that has nothing to do, once for every message. So a request
 * follows: after a few completions in a row that another machine handled, it is cancelled, and that
 * machine's goroutines submit the next one.
 *
 * <p>It follows its users, too: when those who wait for it have long been doing so on other
 * processors, because this one's machine has more goroutines than it gets round to and others help
 * it, the next one is submitted there, and so is the work that the kernel does for it.
 */
abstract class Multishot extends Operation {
  /**
   * So many completions in a row does another machine handle before the request is renewed, which
   * costs about as much as they do; and machines that take turns renew nothing.
   */
  private static final int MAX_ABROAD = 4;

  /** So often in a row is it awaited elsewhere; helpers that come and go move nothing. */
  private static final int MAX_ELSEWHERE = 16;

  /** Who submitted it; {@code null} when that is not a machine's affair. */
  private volatile @Nullable Thread submitter;

  /** Of the reader of completions. */
  private int abroad;

  /** Of who waits for it. */
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

  /** {@code thread}, and not who queued it, hands it to the kernel. */
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

  /** As {@link #complete}. */
  abstract boolean completed(int result, int flags, boolean last);

  private void follow() {
    Thread by = submitter;
    Thread me = Thread.currentThread();
    if (by == me || by == null) {
      abroad = 0;
    } else if (me instanceof CarrierThread && ++abroad >= MAX_ABROAD && stop()) {
      ring.moved.increment();
    }
  }

  /** The caller is about to wait for it; one at a time does. */
  final void awaited() {
    int processor = CurrentProcessor.id();
    if (processor == ring.index || processor < 0) {
      elsewhere = 0;
    } else if (++elsewhere >= MAX_ELSEWHERE && stop()) {
      ring.moved.increment();
    }
  }

  /**
   * Has the kernel end it; what has come until then is completed. Two that come at once both do,
   * which is no harm: the second finds nothing to end.
   *
   * @return false when that was done before
   */
  final boolean stop() {
    if (stopped) {
      return false;
    }
    stopped = true;
    ring.cancel(this);
    return true;
  }
}
