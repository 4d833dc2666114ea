package dev.weft.chan;

import dev.weft.internal.sched.Blocker;
import dev.weft.internal.sched.Clock;
import dev.weft.internal.sync.SpinLock;
import dev.weft.internal.sync.StackProbe;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.Iterator;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The one implementation of {@link Chan}, after {@code hchan} of Go's runtime.
 *
 * <p>A ring buffer and two queues of waiters, all under the inherited lock. What holds whenever the
 * lock is free:
 *
 * <ul>
 *   <li>values in the buffer: no receiver waits that could be claimed;
 *   <li>room in the buffer: no sender waits that could be claimed;
 *   <li>hence not both queues have claimable waiters, but for the two clauses of one select;
 *   <li>once closed, no waiter joins a queue; the closer releases those still there.
 * </ul>
 *
 * <p>Values are handed over directly: a sender that finds a receiver waiting writes the value into
 * its {@link Waiter}, and a receiver that makes room in a full buffer moves the first waiting
 * sender's value into it. So the thread woken has nothing left to do, and cannot be overtaken.
 * Threads are unparked only after the lock is released.
 *
 * <p>An operation that runs out of stack or memory has either not begun or is complete. What a wait
 * needs (the {@link Waiter}, the timer, the stack) is there before the waiter is queued, and a wait
 * that fails all the same takes the waiter out again, or returns what had been delivered by then.
 *
 * <p>The methods named {@code looks...} read without the lock. Their no is exact: the fields are
 * read in an order (content first, then {@code closed}, which never goes back) such that the
 * channel was not ready at the moment of the first read. Their yes is a hint.
 */
final class HChan<T> extends SpinLock implements Chan<T>, Blocker {
  /** Results of {@link #takeLocked()} that are no values. */
  static final Object NONE = new Object();

  static final Object END = new Object();

  /** Results of {@link #offerLocked}. */
  static final int SENT = 0;

  static final int FULL = 1;
  static final int CLOSED = 2;

  private static final Object[] NO_BUFFER = {};
  private static final AtomicLong LAST_ID = new AtomicLong();

  private static final VarHandle COUNT;
  private static final VarHandle IS_CLOSED;
  private static final VarHandle ID;

  static {
    try {
      var lookup = MethodHandles.lookup();
      COUNT = lookup.findVarHandle(HChan.class, "count", int.class);
      IS_CLOSED = lookup.findVarHandle(HChan.class, "closed", boolean.class);
      ID = lookup.findVarHandle(HChan.class, "id", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
    // The first call of each method links it, which allocates: do that at start-up, when memory is
    // available.
    IS_CLOSED.setRelease(new HChan<>(0), true);
  }

  private final @Nullable Object[] buffer;
  private final @Nullable TimerSource timer;
  final WaitQueue receivers = new WaitQueue();
  final WaitQueue senders = new WaitQueue();

  private int count;
  private int head; // where the next value is taken
  private int tail; // where the next value is put
  private boolean closed;
  private @Nullable Throwable closeCause;

  /**
   * The thread to unpark as soon as the lock is released, if the last locked step completed a
   * waiter.
   */
  private @Nullable Thread wake;

  /** This channel's place in the order in which selects take locks; 0 until it is first needed. */
  @SuppressWarnings("unused") // accessed through ID
  private long id;

  HChan(int capacity) {
    this(capacity, null);
  }

  HChan(int capacity, @Nullable TimerSource timer) {
    if (capacity < 0) {
      throw new IllegalArgumentException(
          "capacity of a channel is " + capacity + ", but must be 0 (unbuffered) or more");
    }
    this.buffer = capacity == 0 ? NO_BUFFER : new Object[capacity];
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
        await(self, senders, "send to");
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
    long nanos = TimeUnit.NANOSECONDS.convert(timeout);
    checkNotInterrupted("send to");
    if (trySend(value)) {
      return;
    }
    long deadline = Nanos.deadline(nanos);
    StackProbe.checkBlocking();
    Waiter self = nanos > 0 ? Waiter.sender(value) : null;
    int result = self == null ? FULL : offer(value, self);
    if (result == FULL) {
      if (self == null || !await(self, senders, deadline, "send to")) {
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

  /** Sends without waiting, or queues the waiter if one is given and there was no room. */
  private int offer(Object value, @Nullable Waiter self) {
    lock();
    int result = offerLocked(value);
    if (result == FULL && self != null) {
      senders.add(self);
    }
    unlockAndWake();
    return result;
  }

  /**
   * The step of a send under the lock. Leaves the thread to unpark, if any, to {@link #takeWake()}.
   */
  int offerLocked(Object value) {
    if (closed) {
      return CLOSED;
    }
    Waiter receiver = receivers.claimFirst();
    if (receiver != null) {
      receiver.item = value;
      wake = receiver.complete(Waiter.DELIVERED);
      return SENT;
    }
    if (count < buffer.length) {
      put(value);
      return SENT;
    }
    return FULL;
  }

  boolean looksReadyToSend() {
    boolean room =
        buffer.length == 0 ? !receivers.looksEmpty() : (int) COUNT.getAcquire(this) < buffer.length;
    return room || isClosed();
  }

  boolean isReadyToSendLocked() {
    return closed || count < buffer.length || receivers.hasClaimable();
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
      await(self, receivers, "receive from");
      item = itemOf(self);
    }
    return item;
  }

  @Override
  public @Nullable T receive(Duration timeout) throws InterruptedException, TimeoutException {
    long nanos = TimeUnit.NANOSECONDS.convert(timeout);
    checkNotInterrupted("receive from");
    Object item = looksReadyToReceive() ? take(null) : NONE;
    if (item == NONE) {
      prepareToWait();
      long deadline = Nanos.deadline(nanos);
      Waiter self = nanos > 0 ? Waiter.receiver() : null;
      item = self == null ? NONE : take(self);
      if (item == NONE) {
        if (self == null || !await(self, receivers, deadline, "receive from")) {
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

  /** Takes a value without waiting, or queues the waiter if one is given and there was nothing. */
  private Object take(@Nullable Waiter self) {
    lock();
    Object item = takeLocked();
    if (item == NONE && self != null) {
      receivers.add(self);
    }
    unlockAndWake();
    return item;
  }

  /**
   * The step of a receive under the lock: returns a value, {@link #END}, or {@link #NONE}. Leaves
   * the thread to unpark, if any, to {@link #takeWake()}.
   */
  Object takeLocked() {
    // Senders that a close has yet to release have failed already: their values are not taken.
    Waiter sender = closed ? null : senders.claimFirst();
    Object item = NONE;
    if (count > 0) {
      item = poll();
      if (sender != null) {
        put(Objects.requireNonNull(sender.item));
      }
    } else if (sender != null) {
      item = Objects.requireNonNull(sender.item);
    } else if (closed) {
      item = END;
    }
    if (sender != null) {
      sender.item = null;
      wake = sender.complete(Waiter.DELIVERED);
    }
    return item;
  }

  boolean looksReadyToReceive() {
    return looksNonEmpty() || (timer != null && timer.deliverIfDue(this));
  }

  private boolean looksNonEmpty() {
    // Senders wait at a buffered channel only while its buffer is full.
    boolean content = buffer.length == 0 ? !senders.looksEmpty() : (int) COUNT.getAcquire(this) > 0;
    return content || isClosed();
  }

  boolean isReadyToReceiveLocked() {
    return closed || count > 0 || senders.hasClaimable();
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
    if (closeCause != null) {
      throw new ChanClosedException(
          "receive from " + this + ": the sender closed it because of " + closeCause, closeCause);
    }
    return null;
  }

  // ---- Closing

  @Override
  public void close() {
    doClose(null);
  }

  @Override
  public void close(Throwable cause) {
    doClose(Objects.requireNonNull(cause, "cause (use close() when there is none)"));
  }

  private void doClose(@Nullable Throwable cause) {
    StackProbe.checkBlocking();
    lock();
    if (closed) {
      unlock();
      throw new ChanClosedException(
          "close of " + this + ", which is closed already; let only one sender close it",
          closeCause);
    }
    closeCause = cause;
    IS_CLOSED.setRelease(this, true);
    unlock();
    // One at a time, so that the lock is never held for long, however many wait: no thread joins
    // any more.
    release(receivers);
    release(senders);
  }

  private void release(WaitQueue queue) {
    while (!queue.looksEmpty()) {
      lock();
      Waiter waiter = queue.claimFirst();
      if (waiter != null) {
        wake = waiter.complete(Waiter.CLOSED);
      }
      unlockAndWake();
    }
  }

  @Override
  public boolean isClosed() {
    return (boolean) IS_CLOSED.getAcquire(this);
  }

  @Override
  public boolean isEnded() {
    // In this order: once closed, the count only falls.
    return isClosed() && (int) COUNT.getAcquire(this) == 0;
  }

  ChanClosedException sendOnClosed() {
    return new ChanClosedException(
        "send to " + this + ", which is closed; the value was not sent", closeCause);
  }

  // ---- Waiting

  /** Senders and receivers never wait in one channel at a time. */
  @Override
  public String waitReason(Thread waiting) {
    return senders.looksEmpty() ? "chan receive" : "chan send";
  }

  private void await(Waiter self, WaitQueue queue, String what) throws InterruptedException {
    boolean timerStarted = false;
    try {
      startTimer();
      timerStarted = true;
      while (self.status() == Waiter.WAITING) {
        LockSupport.park(this);
        if (self.status() == Waiter.WAITING && Thread.interrupted()) {
          abandon(self, queue, what);
        }
      }
    } catch (VirtualMachineError e) {
      withdraw(self, queue, e);
    } finally {
      if (timerStarted) {
        stopTimer();
      }
    }
  }

  /** Waits until the deadline; returns whether the waiter was completed before. */
  private boolean await(Waiter self, WaitQueue queue, long deadline, String what)
      throws InterruptedException {
    boolean timerStarted = false;
    try {
      startTimer();
      timerStarted = true;
      while (self.status() == Waiter.WAITING) {
        long remaining = deadline - Clock.nanoTime();
        if (remaining <= 0) {
          return !remove(self, queue);
        }
        Clock.parkNanos(this, remaining);
        if (self.status() == Waiter.WAITING && Thread.interrupted()) {
          abandon(self, queue, what);
        }
      }
      return true;
    } catch (VirtualMachineError e) {
      withdraw(self, queue, e);
      return true;
    } finally {
      if (timerStarted) {
        stopTimer();
      }
    }
  }

  /** Ends a wait that failed; returns when the operation was completed before, and so counts. */
  private void withdraw(Waiter self, WaitQueue queue, VirtualMachineError failure) {
    if (remove(self, queue)) {
      throw failure;
    }
  }

  private void abandon(Waiter self, WaitQueue queue, String what) throws InterruptedException {
    if (remove(self, queue)) {
      throw new InterruptedException("interrupted while waiting to " + what + " " + this);
    }
    // The operation completed first and counts; the interrupt is for the next one that blocks.
    Thread.currentThread().interrupt();
  }

  /** Takes a waiter back out of its queue; if it is no longer there, it has been completed. */
  boolean remove(Waiter waiter, WaitQueue queue) {
    lock();
    boolean removed = queue.remove(waiter);
    unlock();
    return removed;
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

  // ---- Buffer and lock

  private void put(Object value) {
    buffer[tail] = value;
    tail = tail + 1 == buffer.length ? 0 : tail + 1;
    count++;
  }

  private Object poll() {
    Object value = Objects.requireNonNull(buffer[head]);
    buffer[head] = null;
    head = head + 1 == buffer.length ? 0 : head + 1;
    count--;
    return value;
  }

  /**
   * The thread that the last locked step left to unpark; to be called before the lock is released.
   */
  @Nullable Thread takeWake() {
    Thread woken = wake;
    if (woken != null) {
      wake = null;
    }
    return woken;
  }

  private void unlockAndWake() {
    Thread woken = takeWake();
    unlock();
    if (woken != null) {
      LockSupport.unpark(woken);
    }
  }

  // ---- The rest

  @Override
  public int size() {
    return (int) COUNT.getAcquire(this);
  }

  @Override
  public int capacity() {
    return buffer.length;
  }

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
    return buffer.length == 0
        ? "channel#" + id() + "[unbuffered" + state
        : "channel#" + id() + "[" + size() + "/" + buffer.length + state;
  }
}
