package dev.weft.http.internal.wire;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps objects with buffers for the next connection that has a message to read or write.
 *
 * <p>An object is usually given back before its goroutine parks, so few are in use at a time; those
 * that do not fit are left to the garbage collector. Safe for use by any number of threads.
 */
public final class FreeList<T> {
  private static final int SLOTS = 64;

  private final AtomicReferenceArray<@Nullable T> free = new AtomicReferenceArray<>(SLOTS);
  private final Supplier<T> factory;

  public FreeList(Supplier<T> factory) {
    this.factory = factory;
  }

  public T take() {
    for (int i = 0; i < SLOTS; i++) {
      if (free.getPlain(i) != null) {
        T object = free.getAndSet(i, null);
        if (object != null) {
          return object;
        }
      }
    }
    return factory.get();
  }

  public void give(T object) {
    for (int i = 0; i < SLOTS; i++) {
      if (free.getPlain(i) == null && free.compareAndSet(i, null, object)) {
        return;
      }
    }
  }
}
