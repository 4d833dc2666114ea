package dev.weft.chan;

import java.time.Duration;
import java.time.Instant;

/**
 * A channel: a typed conduit through which threads hand values to each other, with Go's semantics.
 *
 * <p>An <em>unbuffered</em> channel is a rendezvous: a send completes when a receiver takes the
 * value. A <em>buffered</em> one lets senders run ahead by its capacity. Waiting senders and
 * receivers are served in order of arrival. Whatever happens before a send happens before the
 * return of the receive that gets the value, and whatever happens before the k-th receive from a
 * channel of capacity c happens before the return of send number k + c; closing happens before a
 * receive that sees the end.
 *
 * <pre>{@code
 * Chan<String> lines = Chan.buffered(16);
 * go(() -> {
 *   for (String line : file) lines.send(line);
 *   lines.close();
 * });
 * for (String line : lines) print(line);
 * }</pre>
 *
 * <p>Declare {@link SendChan} or {@link ReceiveChan} where one direction is meant; {@link
 * #sendOnly()} and {@link #receiveOnly()} give views that cannot be cast back. The algorithm is
 * that of Go's {@code runtime/chan.go}: a ring buffer and two queues of waiting threads under one
 * small lock, where a value goes directly to a thread that waits for it.
 *
 * @param <T> the values sent and received; never null
 */
public sealed interface Chan<T> extends SendChan<T>, ReceiveChan<T> permits HChan {
  /** Creates a channel without a buffer: each send waits for its receiver. */
  static <T> Chan<T> unbuffered() {
    return new HChan<>(0);
  }

  /**
   * Creates a channel whose buffer holds {@code capacity} values; with a capacity of 0 it is
   * unbuffered.
   *
   * @throws IllegalArgumentException if the capacity is negative
   */
  static <T> Chan<T> buffered(int capacity) {
    return new HChan<>(capacity);
  }

  /**
   * Returns a channel that delivers the time once, after the given duration: Go's {@code
   * time.After}. It holds a timer only while a thread waits to receive from it, so that one which
   * lost a select leaves nothing behind. It never ends: a second receive waits for ever.
   */
  static ReceiveChan<Instant> after(Duration delay) {
    return TimerSource.after(delay);
  }

  /**
   * Returns a channel that delivers the time at every multiple of the given duration from now on:
   * Go's {@code time.Tick}. Ticks that are not received in time are dropped, not saved up. It holds
   * a timer only while a thread waits to receive from it, so that it needs no stopping.
   *
   * @throws IllegalArgumentException if the period is not positive
   */
  static ReceiveChan<Instant> tick(Duration period) {
    return TimerSource.tick(period);
  }

  /** Returns a view of this channel that can only send and close. */
  SendChan<T> sendOnly();

  /** Returns a view of this channel that can only receive. */
  ReceiveChan<T> receiveOnly();

  // Declared by both sides, so redeclared here.

  @Override
  int size();

  @Override
  int capacity();
}
