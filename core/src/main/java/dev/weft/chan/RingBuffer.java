package dev.weft.chan;

import dev.weft.internal.sync.SpinLock;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The values in a channel's buffer, in order of arrival, guarded by the inherited lock. A channel
 * extends this class, so that its operations reach lock and buffer without another object between.
 */
abstract class RingBuffer extends SpinLock {
  private static final Object[] NO_BUFFER = {};
  private static final VarHandle COUNT;

  static {
    try {
      COUNT = MethodHandles.lookup().findVarHandle(RingBuffer.class, "count", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final @Nullable Object[] buffer;
  private int count;
  private int head; // where the next value is taken
  private int tail; // where the next value is put

  RingBuffer(int capacity) {
    if (capacity < 0) {
      throw new IllegalArgumentException(
          "capacity of a channel is " + capacity + ", but must be 0 (unbuffered) or more");
    }
    buffer = capacity == 0 ? NO_BUFFER : new Object[capacity];
  }

  /** How many values are in the buffer; may also be called without the lock, for a hint. */
  public int size() {
    return (int) COUNT.getAcquire(this);
  }

  public int capacity() {
    return buffer.length;
  }

  // Under the lock

  boolean hasValues() {
    return count > 0;
  }

  boolean hasRoom() {
    return count < buffer.length;
  }

  /** Puts a value at the end; there is room. */
  void put(Object value) {
    buffer[tail] = value;
    tail = tail + 1 == buffer.length ? 0 : tail + 1;
    count++;
  }

  /** Takes the first value; there is one. */
  Object poll() {
    Object value = Objects.requireNonNull(buffer[head]);
    buffer[head] = null;
    head = head + 1 == buffer.length ? 0 : head + 1;
    count--;
    return value;
  }
}
