package dev.weft.internal.sys;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a few objects with native memory for reuse. Most come back before the next is taken, so the
 * first slots hold the ones that are in the CPU's caches. An object that finds no free slot is left
 * to the garbage collector. Safe for use by any number of threads.
 */
public final class SlotPool<T> {
  private final AtomicReferenceArray<@Nullable T> slots;

  public SlotPool(int size) {
    slots = new AtomicReferenceArray<>(size);
  }

  /** Takes an object; returns {@code null} when there is none. */
  public @Nullable T take() {
    for (int i = 0; i < slots.length(); i++) {
      if (slots.getPlain(i) != null) {
        T taken = slots.getAndSet(i, null);
        if (taken != null) {
          return taken;
        }
      }
    }
    return null;
  }

  /** Puts back an object that nothing uses any more. */
  public void give(T object) {
    for (int i = 0; i < slots.length(); i++) {
      if (slots.getPlain(i) == null && slots.compareAndSet(i, null, object)) {
        return;
      }
    }
  }
}
