package dev.weft.http;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps exchanges for connections that have a request to serve.
 *
 * <p>One usually comes back before its goroutine parks, so few are in use at a time; those that do
 * not fit are left to the garbage collector.
 */
final class ExchangePool {
  private static final int SLOTS = 64;

  private final AtomicReferenceArray<@Nullable Exchange> free = new AtomicReferenceArray<>(SLOTS);
  private final Supplier<Exchange> factory;

  ExchangePool(Supplier<Exchange> factory) {
    this.factory = factory;
  }

  Exchange take() {
    for (int i = 0; i < SLOTS; i++) {
      if (free.getPlain(i) != null) {
        Exchange exchange = free.getAndSet(i, null);
        if (exchange != null) {
          return exchange;
        }
      }
    }
    return factory.get();
  }

  void give(Exchange exchange) {
    for (int i = 0; i < SLOTS; i++) {
      if (free.getPlain(i) == null && free.compareAndSet(i, null, exchange)) {
        return;
      }
    }
  }
}
