package dev.weft.internal.net.dial;

import dev.weft.Weft;
import dev.weft.context.CancellableContext;
import dev.weft.context.Context;
import dev.weft.internal.net.lookup.GoroutineStarter;
import dev.weft.internal.net.wait.ContextCancelSignal;
import dev.weft.internal.net.wait.Deadlines;
import dev.weft.internal.net.wait.Parking;
import dev.weft.internal.poll.CancelSignal;
import dev.weft.internal.poll.StreamFd;
import dev.weft.internal.sched.Clock;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Connects to the first of several addresses that answers (RFC 8305, "Happy Eyeballs"): an attempt
 * begins when the one before it has failed, or has taken longer than the attempt delay, and those
 * before it go on.
 *
 * <pre>
 *   RUNNING (null) --an attempt connects--> its descriptor: the caller returns that
 *   RUNNING --time-out, cancelled, interrupted, all failed--> OVER
 * </pre>
 *
 * Both changes are a compare-and-set, so one connection wins at most; an attempt that connects
 * afterwards closes its own. When the race ends the attempts under way are cancelled.
 */
public final class ConnectRace {
  /** One attempt. */
  @FunctionalInterface
  public interface Attempt {
    StreamFd connect(InetSocketAddress address, CancelSignal raceOver) throws IOException;
  }

  private static final Object OVER = new Object();

  private final Thread caller = Thread.currentThread();
  private final String what;
  private final List<InetSocketAddress> addresses;
  private final long delayNanos;
  private final Attempt attempt;
  private final GoroutineStarter starter;
  private final AtomicReference<@Nullable Object> outcome = new AtomicReference<>();

  /** By address; recording a failure takes no memory, because it may be an OutOfMemoryError. */
  private final AtomicReferenceArray<@Nullable Throwable> failures;

  private final AtomicInteger failed = new AtomicInteger();
  private final CancellableContext over = Context.background().withCancel();
  private int begun;

  /**
   * @param what for messages: the operation with its target
   * @param addresses different ones, in the order in which to try them
   */
  public ConnectRace(
      String what, List<InetSocketAddress> addresses, long delayNanos, Attempt attempt) {
    this(what, addresses, delayNanos, attempt, Weft::go);
  }

  ConnectRace(
      String what,
      List<InetSocketAddress> addresses,
      long delayNanos,
      Attempt attempt,
      GoroutineStarter starter) {
    this.what = what;
    this.addresses = addresses;
    this.delayNanos = delayNanos;
    this.attempt = attempt;
    this.starter = starter;
    failures = new AtomicReferenceArray<>(addresses.size());
  }

  /**
   * Runs the race.
   *
   * @param deadline on {@link System#nanoTime}'s scale, or {@link Deadlines#NONE}
   */
  public StreamFd run(long deadline, @Nullable CancelSignal cancelSignal) throws IOException {
    try {
      return await(deadline, cancelSignal);
    } catch (Throwable e) { // without memory also for the wait
      if (outcome.compareAndExchange(null, OVER) instanceof StreamFd winner) {
        winner.close();
      }
      throw e;
    } finally {
      over.close();
    }
  }

  private StreamFd await(long deadline, @Nullable CancelSignal cancelSignal) throws IOException {
    while (true) {
      begin(begun++);
      boolean isLast = begun == addresses.size();
      long next = Clock.nanoTime() + delayNanos;
      boolean untilNext = !isLast && (deadline == Deadlines.NONE || next < deadline);
      Parking.Outcome waited =
          Parking.await(
              this,
              () -> outcome.get() != null || failed.get() == begun,
              untilNext ? next : deadline,
              cancelSignal);
      switch (waited) {
        case DONE -> {
          if (outcome.get() instanceof StreamFd winner) {
            return winner;
          }
          if (isLast) {
            return winnerOr(failed(null));
          }
        }
        case TIMED_OUT -> {
          if (!untilNext) {
            return winnerOr(failed("i/o timeout"));
          }
        }
        case INTERRUPTED -> {
          return winnerOr(new InterruptedIOException(what + ": interrupted"));
        }
        case CANCELLED -> {
          return winnerOr(Objects.requireNonNull(cancelSignal).toException());
        }
      }
    }
  }

  /** Ends the race; one that was won in the last moment is won. */
  private <X extends Exception> StreamFd winnerOr(X failure) throws X {
    if (outcome.compareAndExchange(null, OVER) instanceof StreamFd winner) {
      return winner;
    }
    throw failure;
  }

  private void begin(int index) {
    try {
      starter.start(what, () -> connect(index));
    } catch (Throwable e) { // no goroutine
      hasFailed(index, e);
    }
  }

  private void connect(int index) {
    try {
      StreamFd connected = attempt.connect(addresses.get(index), new ContextCancelSignal(over));
      if (!outcome.compareAndSet(null, connected)) {
        connected.close();
      }
    } catch (Throwable e) {
      hasFailed(index, e);
    }
    LockSupport.unpark(caller);
  }

  /** Counts an attempt once, also one whose goroutine runs although starting it has failed. */
  private void hasFailed(int index, Throwable failure) {
    if (failures.compareAndSet(index, null, failure)) {
      failed.incrementAndGet();
    }
  }

  /**
   * @param ofOthers why the addresses that have not failed by themselves did not connect
   */
  private IOException failed(@Nullable String ofOthers) {
    Map<InetSocketAddress, Throwable> inOrder = new LinkedHashMap<>();
    for (int i = 0; i < begun; i++) {
      Throwable failure = failures.get(i);
      if (failure != null) {
        inOrder.put(addresses.get(i), failure);
      }
    }
    return DialFailure.of(what, addresses.subList(0, begun), inOrder, ofOthers);
  }
}
