package dev.weft.internal.poll.uring;

import dev.weft.internal.sys.Libc;
import dev.weft.internal.sys.SubmissionQueue;
import dev.weft.internal.sys.SystemCallException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Ends the wait of the thread that waits for completions: an eventfd, which the ring it waits in
 * polls. It is rung by {@link UringPoller#wake}, and by the kernel for completions in rings that
 * nobody looks after.
 *
 * <p>Every poll hears once, and the next to wait asks anew: kernels before 2026 take a poll that
 * goes on away when another ring's completion has rung, and say that it goes on. Who asks anew
 * first takes the eventfd's count back, or the poll would complete at once; what had rung until
 * then shows in {@link #isRung} and in the rings, where he looks before he waits.
 *
 * <p>A poll completes on the thread that submitted it, so it must be that of the waiting thread,
 * not of one that computes by now; threads mostly wait where they did before, and find theirs.
 */
final class Waker implements AutoCloseable {
  private static final int POLLIN = 1;

  final int eventfd;
  private final AtomicBoolean rung = new AtomicBoolean();
  private final AtomicReferenceArray<@Nullable Poll> polls;

  /** Set when a poll was heard by a thread that did not wait for it. */
  private volatile boolean heard;

  private final class Poll extends Operation {
    private final Thread submitter = Thread.currentThread();
    private volatile boolean ended;
    private volatile boolean disowned;

    Poll(ProcessorRing ring) {
      super(ring);
    }

    @Override
    void write(SubmissionQueue queue) {
      queue.poll(eventfd, POLLIN, token);
    }

    /**
     * Who comes here and did not submit this has taken the completion away from the thread that
     * waits, or is just about to: the kernel must have another one for it.
     */
    @Override
    boolean complete(int result, int flags, boolean last) {
      ended = true;
      heard = true;
      if (!disowned && submitter != Thread.currentThread()) {
        ring.wakeup();
      }
      return false;
    }
  }

  /**
   * @param rings how many there will be
   */
  Waker(int rings) throws SystemCallException {
    eventfd = SystemCallException.check("eventfd", Libc.eventfd());
    polls = new AtomicReferenceArray<>(rings);
  }

  void signal() {
    if (rung.compareAndSet(false, true)) {
      Libc.eventfdWrite(eventfd);
    }
  }

  /**
   * The caller is about to wait in {@code ring}, which knows that by now, and still has to look
   * whether anybody has rung. One thread at a time does.
   */
  void listen(ProcessorRing ring) {
    Poll poll = polls.get(ring.index);
    if (poll != null && !poll.ended && !poll.disowned) {
      if (poll.submitter == Thread.currentThread()) {
        return;
      }
      poll.disowned = true;
      ring.cancel(poll);
    }
    Libc.eventfdRead(eventfd);
    Poll mine = new Poll(ring);
    polls.set(ring.index, mine);
    mine.enqueue();
  }

  /**
   * Nobody waits in {@code ring} any more, and the waker is rung for completions there: hearing it
   * there would ring it again, without end. Returns what to cancel.
   */
  @Nullable Operation disown(ProcessorRing ring) {
    Poll poll = polls.get(ring.index);
    if (poll == null || poll.ended || poll.disowned) {
      return null;
    }
    poll.disowned = true;
    return poll;
  }

  /** Whether somebody has rung whom nobody who waited has heard yet. */
  boolean isRung() {
    return rung.get();
  }

  /**
   * The caller waits no more, and will look at everything that anybody could have rung for. Who
   * rings from now on writes anew.
   */
  void awake() {
    rung.set(false);
  }

  /** Whether somebody has to look after the rings that nobody does; not asked in vain again. */
  boolean takeHeard() {
    if (heard) {
      heard = false;
      return true;
    }
    return false;
  }

  @Override
  public void close() {
    Libc.close(eventfd);
  }
}
