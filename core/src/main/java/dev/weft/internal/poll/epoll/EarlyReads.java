package dev.weft.internal.poll.epoll;

/**
 * Decides whether a read of a dialled connection whose socket was empty tries the system call
 * before it waits for the poller.
 *
 * <p>The answer to a request usually takes longer than the way from {@code write} to {@code read},
 * so the system call would return EAGAIN. It takes less when the peer runs on the same machine and
 * the kernel preempts the sender in favour of the thread that its bytes have woken: then the answer
 * is there when {@code write} returns. The wait that follows costs more than a switch of
 * goroutines: the request of another goroutine wakes another peer before the first one's answer is
 * read, and both continue with cold caches. Which of the two happens depends on the kernel's
 * scheduler and stays the same for many requests, so a moving average of the results predicts it.
 *
 * <p>A goroutine whose early reads succeed does not park, so one in {@link #INTERVAL} of them is
 * omitted, for the goroutines behind it in the run queue. Where they do not succeed, one in as many
 * is tried nevertheless, to notice a change.
 *
 * <p>Used under the read lock. What was measured, and why accepted connections have none, is in
 * docs/decisions/0031-early-reads.md.
 */
final class EarlyReads {
  /** See {@link EarlyReads}. */
  static final int INTERVAL = 32;

  private static final int CERTAIN = 256;

  /** An EAGAIN costs about an eighth of what a needless wait does. */
  private static final int WORTH_TRYING = CERTAIN / 8;

  /** The weight of one result in the moving average is 1/8. */
  private static final int WEIGHT_SHIFT = 3;

  /** The moving average of the results, in 256ths. */
  private int likelihood = WORTH_TRYING;

  private int reads;

  /** Asked once for each read that would wait. */
  boolean isWorthTrying() {
    boolean likely = likelihood >= WORTH_TRYING;
    if (++reads == INTERVAL) {
      reads = 0;
      return !likely;
    }
    return likely;
  }

  /**
   * Records the result of a try.
   *
   * @param found whether the socket had something to read
   */
  void note(boolean found) {
    likelihood += ((found ? CERTAIN : 0) - likelihood) >> WEIGHT_SHIFT;
  }
}
