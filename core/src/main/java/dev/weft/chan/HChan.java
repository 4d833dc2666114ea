package dev.weft.chan;

import dev.weft.internal.sched.Blocker;
import dev.weft.internal.sched.Clock;
import dev.weft.internal.sync.StackProbe;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Iterator;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The one implementation of {@link Chan}, after {@code hchan} of Go's runtime.
 *
 * <p>Its state and the steps that change it are in {@link ChanState}; here are the operations,
 * which try a step and wait ({@link ChanWait}) when it cannot be made yet.
 *
 * <p>An operation that runs out of stack or memory has either not begun or is complete. What a wait
 * needs (the {@link Waiter}, the timer, the stack) is there before the waiter is queued, and a wait
 * that fails all the same takes the waiter out again, or returns what had been delivered by then.
 */
final class HChan<T> extends ChanState implements Chan<T>, Blocker {
  private static final AtomicLong LAST_ID = new AtomicLong();

  private static final VarHandle ID;

  static {
    try {
      ID = MethodHandles.lookup().findVarHandle(HChan.class, "id", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
    // The first call of each method links it, which allocates: do that at start-up, when memory is
    // available.
    new HChan<>(0).markClosed(null);
  }

  private final @Nullable TimerSource timer;

  /** This channel's place in the order in which selects take locks; 0 until it is first needed. */
  @SuppressWarnings("unused") // accessed through ID
  private long id;

  HChan(int capacity) {
    this(capacity, null);
  }

  HChan(int capacity, @Nullable TimerSource timer) {
    super(capacity);
    this.timer = timer;
  }

  // ---- Sending

  @Override
  public void send(T value) throws InterruptedException {
    requireValue(value);
    checkNotInterrupted("send to");
    int result = looksReadyToSend() ? offer(value, null) : FULL;
    if (result != SENT) {
      sendSlowly(value, result);
    }
  }

  private void sendSlowly(T value, int result) throws InterruptedException {
    if (result == FULL) {
      StackProbe.checkBlocking();
      Waiter self = Waiter.sender(value);
      result = offer(value, self);
      if (result == SENT) {
        return;
      }
      if (result == FULL) {
        ChanWait.await(this, self, senders, "send to");
        result = self.status() == Waiter.DELIVERED ? SENT : CLOSED;
      }
    }
    if (result == CLOSED) {
      throw sendOnClosed();
    }
  }

  @Override
  public void send(T value, Duration timeout) throws InterruptedException, TimeoutException {
    requireValue(value);
    checkNotInterrupted("send to");
    if (trySend(value)) {
      return;
    }
    long deadline = Clock.nanoTimeAfter(timeout);
    StackProbe.checkBlocking();
    Waiter self = timeout.isPositive() ? Waiter.sender(value) : null;
    int result = self == null ? FULL : offer(value, self);
    if (result == FULL) {
      if (self == null || !ChanWait.await(this, self, senders, deadline, "send to")) {
        throw new TimeoutException("send to " + this + " not taken within " + timeout);
      }
      result = self.status() == Waiter.DELIVERED ? SENT : CLOSED;
    }
    if (result == CLOSED) {
      throw sendOnClosed();
    }
  }

  @Override
  public void send(T value, Cancellation context) throws InterruptedException {
    requireValue(value);
    if (context.isCancelled()) {
      throw context.toException();
    }
    checkNotInterrupted("send to");
    if (trySend(value)) {
      return;
    }
    ReceiveChan<?> done = context.done();
    if (done == null) {
      send(value);
      return;
    }
    Selector selector = new Selector();
    selector.send(this).value(value);
    selector.receive(done);
    if (selector.await() != 0) {
      throw context.toException();
    }
  }

  @Override
  public boolean trySend(T value) {
    requireValue(value);
    int result = looksReadyToSend() ? offer(value, null) : FULL;
    if (result == CLOSED) {
      throw sendOnClosed();
    }
    return result == SENT;
  }

  // ---- Receiving

  @Override
  public @Nullable T receive() throws InterruptedException {
    checkNotInterrupted("receive from");
    Object item = looksReadyToReceive() ? take(null) : NONE;
    return valueOf(item == NONE ? receiveSlowly() : item);
  }

  private Object receiveSlowly() throws InterruptedException {
    prepareToWait();
    Waiter self = Waiter.receiver();
    Object item = take(self);
    if (item == NONE) {
      ChanWait.await(this, self, receivers, "receive from");
      item = itemOf(self);
    }
    return item;
  }

  @Override
  public @Nullable T receive(Duration timeout) throws InterruptedException, TimeoutException {
    checkNotInterrupted("receive from");
    Object item = looksReadyToReceive() ? take(null) : NONE;
    if (item == NONE) {
      prepareToWait();
      long deadline = Clock.nanoTimeAfter(timeout);
      Waiter self = timeout.isPositive() ? Waiter.receiver() : null;
      item = self == null ? NONE : take(self);
      if (item == NONE) {
        if (self == null || !ChanWait.await(this, self, receivers, deadline, "receive from")) {
          throw new TimeoutException("nothing to receive from " + this + " within " + timeout);
        }
        item = itemOf(self);
      }
    }
    return valueOf(item);
  }

  @Override
  public @Nullable T receive(Cancellation context) throws InterruptedException {
    if (context.isCancelled()) {
      throw context.toException();
    }
    checkNotInterrupted("receive from");
    Object item = looksReadyToReceive() ? take(null) : NONE;
    if (item != NONE) {
      return valueOf(item);
    }
    ReceiveChan<?> done = context.done();
    if (done == null) {
      return receive();
    }
    Selector selector = new Selector();
    Selector.Receive<T> received = selector.receive(this);
    selector.receive(done);
    if (selector.await() != 0) {
      throw context.toException();
    }
    return received.value();
  }

  @Override
  public @Nullable T tryReceive() {
    Object item = looksReadyToReceive() ? take(null) : NONE;
    return item == NONE ? null : valueOf(item);
  }

  boolean looksReadyToReceive() {
    return looksNonEmpty() || (timer != null && timer.deliverIfDue(this));
  }

  private static Object itemOf(Waiter receiver) {
    return receiver.status() == Waiter.DELIVERED ? Objects.requireNonNull(receiver.item) : END;
  }

  /**
   * Converts the outcome to the result of a receive: the value, or null or an exception at the end.
   */
  @SuppressWarnings("unchecked") // The buffer and the waiters hold what send was given.
  @Nullable T valueOf(@Nullable Object item) {
    if (item != END) {
      return (T) item;
    }
    Throwable cause = closeCause();
    if (cause != null) {
      throw new ChanClosedException(
          "receive from " + this + ": the sender closed it because of " + cause, cause);
    }
    return null;
  }

  // ---- Closing

  @Override
  public void close() {
    closeWith(null);
  }

  @Override
  public void close(Throwable cause) {
    closeWith(Objects.requireNonNull(cause, "cause (use close() when there is none)"));
  }

  ChanClosedException sendOnClosed() {
    return new ChanClosedException(
        "send to " + this + ", which is closed; the value was not sent", closeCause());
  }

  // ---- Waiting

  /** Senders and receivers never wait in one channel at a time. */
  @Override
  public String waitReason(Thread waiting) {
    return senders.looksEmpty() ? "chan receive" : "chan send";
  }

  /** Allocates what a receiver needs to wait here, before it is queued. */
  void prepareToWait() {
    StackProbe.checkBlocking();
    if (timer != null) {
      timer.prepare(this);
    }
  }

  void startTimer() {
    if (timer != null) {
      timer.startWaiting();
    }
  }

  void stopTimer() {
    if (timer != null) {
      timer.stopWaiting();
    }
  }

  private void checkNotInterrupted(String what) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted before the thread could " + what + " " + this);
    }
  }

  private static void requireValue(@Nullable Object value) {
    Objects.requireNonNull(value, "value to send (a channel carries no nulls)");
  }

  // ---- The rest

  @Override
  public SendChan<T> sendOnly() {
    return new SendView<>(this);
  }

  @Override
  public ReceiveChan<T> receiveOnly() {
    return new ReceiveView<>(this);
  }

  @Override
  public Iterator<T> iterator() {
    return new ChanIterator<>(this);
  }

  long id() {
    long current = (long) ID.getAcquire(this);
    if (current == 0) {
      ID.compareAndSet(this, 0L, LAST_ID.incrementAndGet());
      current = (long) ID.getAcquire(this);
    }
    return current;
  }

  @Override
  public String toString() {
    String state = isClosed() ? ", closed]" : "]";
    return capacity() == 0
        ? "channel#" + id() + "[unbuffered" + state
        : "channel#" + id() + "[" + size() + "/" + capacity() + state;
  }
}
