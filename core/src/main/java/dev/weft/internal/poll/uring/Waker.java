package dev.weft.internal.poll.uring;

import dev.weft.internal.sys.DescriptorCalls;
import dev.weft.internal.sys.EventFdCalls;
import dev.weft.internal.sys.SubmissionQueue;
import dev.weft.internal.sys.SystemCallException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Ends the wait of the watching thread by an eventfd, which that thread polls in the ring it waits
 * in. The kernel writes it for completions in rings that no machine holds; {@link #signal} writes
 * it for completions that came before the kernel was told to.
 *
 * <p>Each poll reports once, and the next watching thread submits a new one: some kernels, such as
 * 6.18, end a multishot poll when another ring's completion has written the eventfd, but report
 * that it continues. A thread that submits a poll first resets the eventfd's counter, because the
 * poll would otherwise complete at once; earlier writes are visible in {@link #isSignalled} and in
 * the rings, which the thread reads before it waits.
 *
 * <p>A poll completes on the thread that submitted it, so that must be the waiting thread. Threads
 * mostly wait in the ring where they waited before, and find their poll there.
 */
final class Waker implements AutoCloseable {
  private static final int POLLIN = 1;

  final int eventfd;
  private final AtomicBoolean signalled = new AtomicBoolean();
  private final AtomicReferenceArray<@Nullable Poll> polls;

  /** Set when a poll completed; the thread that read the completion may not be watching. */
  private volatile boolean pollCompleted;

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
     * Another thread than the one that submitted the poll has read its completion, so the thread
     * that waits, or is about to, needs another wake-up.
     */
    @Override
    boolean complete(int result, int flags, boolean last) {
      ended = true;
      pollCompleted = true;
      if (!disowned && submitter != Thread.currentThread()) {
        ring.poller.wakeup();
      }
      return false;
    }
  }

  /**
   * @param rings how many rings there are
   */
  Waker(int rings) throws SystemCallException {
    eventfd = SystemCallException.check("eventfd", EventFdCalls.create());
    polls = new AtomicReferenceArray<>(rings);
  }

  void signal() {
    if (signalled.compareAndSet(false, true)) {
      boolean written = false;
      try {
        EventFdCalls.write(eventfd);
        written = true;
      } finally {
        if (!written) {
          signalled.set(false);
        }
      }
    }
  }

  /**
   * Called by the watching thread when it is about to wait in {@code ring}. It must read {@link
   * #isSignalled} and the rings afterwards.
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
    EventFdCalls.read(eventfd);
    Poll mine = new Poll(ring);
    mine.enqueue();
    polls.set(ring.index, mine); // last, since a poll that was not queued ends no wait
  }

  /**
   * Called when no machine holds {@code ring} any more, so that its completions write the eventfd,
   * also the completion of a poll. Returns the poll to cancel, if there is one.
   */
  @Nullable Operation disown(ProcessorRing ring) {
    Poll poll = polls.get(ring.index);
    if (poll == null || poll.ended || poll.disowned) {
      return null;
    }
    poll.disowned = true;
    return poll;
  }

  /** Reports whether {@link #signal} was called since the last {@link #endListening}. */
  boolean isSignalled() {
    return signalled.get();
  }

  /**
   * Called when the watching thread has returned; it then polls all rings that no machine holds.
   */
  void endListening() {
    signalled.set(false);
  }

  /**
   * Reports whether a poll has completed since the last call: rings that no machine holds may have
   * completions.
   */
  boolean takePollCompleted() {
    if (pollCompleted) {
      pollCompleted = false;
      return true;
    }
    return false;
  }

  @Override
  public void close() {
    DescriptorCalls.close(eventfd);
  }
}
