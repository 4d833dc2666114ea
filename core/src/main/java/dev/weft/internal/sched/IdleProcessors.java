package dev.weft.internal.sched;

import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * The set of processors that no machine runs on, one bit each. The thread that clears a bit holds
 * that processor. No method allocates or fails.
 */
final class IdleProcessors {
  private final Processor[] processors;
  private final AtomicLongArray bits;

  /** All processors begin busy: the caller holds them. */
  IdleProcessors(Processor[] processors) {
    this.processors = processors;
    bits = new AtomicLongArray((processors.length + Long.SIZE - 1) / Long.SIZE);
  }

  boolean any() {
    for (int w = 0; w < bits.length(); w++) {
      if (bits.get(w) != 0) {
        return true;
      }
    }
    return false;
  }

  int count() {
    int n = 0;
    for (int w = 0; w < bits.length(); w++) {
      n += Long.bitCount(bits.get(w));
    }
    return n;
  }

  void put(Processor processor) {
    int word = processor.id / Long.SIZE;
    long bit = 1L << processor.id;
    for (long b = bits.get(word); !bits.compareAndSet(word, b, b | bit); ) {
      b = bits.get(word);
    }
  }

  @Nullable Processor take() {
    for (int w = 0; w < bits.length(); w++) {
      for (long b; (b = bits.get(w)) != 0; ) {
        if (bits.compareAndSet(w, b, b & (b - 1))) {
          return processors[w * Long.SIZE + Long.numberOfTrailingZeros(b)];
        }
      }
    }
    return null;
  }

  /** Takes this processor; returns false when it is not idle. */
  boolean take(Processor processor) {
    int word = processor.id / Long.SIZE;
    long bit = 1L << processor.id;
    for (long b; ((b = bits.get(word)) & bit) != 0; ) {
      if (bits.compareAndSet(word, b, b & ~bit)) {
        return true;
      }
    }
    return false;
  }
}
