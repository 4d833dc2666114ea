package dev.weft.chan;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Go's {@code select} statement: waits for whichever of several channel operations is possible
 * first, carries out exactly that one, and says which. Made to be read as a pattern switch, with
 * static imports:
 *
 * <pre>{@code
 * switch (select(receive(jobs), send(results, result), timeout(ofSeconds(5)))) {
 *   case Received(_, Job job) -> run(job);
 *   case Received(var from, _) -> throw new AssertionError(from);
 *   case Ended(_) -> { return; }
 *   case Sent(_) -> count++;
 *   case TimedOut() -> log("idle");
 *   case Outcome other -> throw new AssertionError(other);
 * }
 * }</pre>
 *
 * <p>If several clauses are ready, one of them is chosen uniformly at random. Clauses that are not
 * chosen leave no trace, also when the thread is interrupted. A null channel is never ready, as in
 * Go, which allows to leave a clause out. In a hot loop {@link Selector} does the same without
 * allocating.
 */
public final class Select {
  private Select() {}

  /** A clause of a select. */
  public sealed interface Clause {}

  private record ReceiveFrom(@Nullable ReceiveChan<?> channel) implements Clause {}

  private record SendTo<T>(@Nullable SendChan<T> channel, T value) implements Clause {}

  private record Timeout(Duration duration) implements Clause {}

  private record CancelledBy(Cancellation context) implements Clause {}

  private record Otherwise() implements Clause {}

  /** The result of a select. */
  public sealed interface Outcome {}

  /** A value was received. */
  public record Received(ReceiveChan<?> from, Object value) implements Outcome {}

  /** A receive clause was chosen whose channel is closed and drained. */
  public record Ended(ReceiveChan<?> from) implements Outcome {}

  /** The value of a send clause was sent. */
  public record Sent(SendChan<?> to) implements Outcome {}

  /** The time of the {@link #timeout(Duration)} clause passed first. */
  public record TimedOut() implements Outcome {}

  /** The context of a {@link #cancelled(Cancellation)} clause was cancelled. */
  public record Cancelled(Cancellation context) implements Outcome {}

  /** Nothing was ready, and there was an {@link #otherwise()} clause. */
  public record NothingReady() implements Outcome {}

  /** A clause that receives from the channel; never ready if that is null. */
  public static Clause receive(@Nullable ReceiveChan<?> channel) {
    return new ReceiveFrom(channel);
  }

  /** A clause that sends the value to the channel; never ready if that is null. */
  public static <T> Clause send(@Nullable SendChan<T> channel, T value) {
    Objects.requireNonNull(value, "value to send (a channel carries no nulls)");
    return new SendTo<>(channel, value);
  }

  /**
   * A clause that is chosen if nothing else is before the time has passed; at most one a select.
   */
  public static Clause timeout(Duration duration) {
    Objects.requireNonNull(duration, "duration");
    return new Timeout(duration);
  }

  /** A clause that is ready once the context (or other cancellation) is cancelled. */
  public static Clause cancelled(Cancellation context) {
    Objects.requireNonNull(context, "context");
    return new CancelledBy(context);
  }

  /** Go's {@code default} clause: chosen at once if nothing else is ready; excludes a timeout. */
  public static Clause otherwise() {
    return new Otherwise();
  }

  /**
   * Waits until one of the clauses is possible and carries it out. Without clauses that can ever be
   * ready, waits until interrupted.
   *
   * @throws InterruptedException if the thread is interrupted on entry or while waiting; no clause
   *     was then carried out
   * @throws ChanClosedException if the clause chosen sends to a closed channel, or is at the end of
   *     one that was closed with a cause
   * @throws IllegalArgumentException if there is more than one timeout or otherwise clause
   */
  public static Outcome select(Clause... clauses) throws InterruptedException {
    Selector selector = new Selector();
    Selector.@Nullable Clause[] operations = new Selector.@Nullable Clause[clauses.length];
    Clause instead = null;
    for (int i = 0; i < clauses.length; i++) {
      switch (clauses[i]) {
        case ReceiveFrom(var channel) -> {
          operations[i] = channel == null ? null : selector.receive(channel);
        }
        case SendTo<?> send -> operations[i] = addSend(selector, send);
        case CancelledBy(var context) -> {
          ReceiveChan<?> done = context.done();
          operations[i] = done == null ? null : selector.receive(done);
        }
        case Timeout _, Otherwise _ -> {
          if (instead != null) {
            throw new IllegalArgumentException(
                "a select takes one timeout or otherwise clause, but clause " + i + " is another");
          }
          instead = clauses[i];
        }
      }
    }
    int chosen =
        switch (instead) {
          case Timeout(var duration) -> selector.await(duration);
          case Otherwise _ -> selector.await(Duration.ZERO);
          case null, default -> selector.await();
        };
    if (chosen == Selector.NONE) {
      return instead instanceof Otherwise ? new NothingReady() : new TimedOut();
    }
    int i = 0;
    while (operations[i] == null || operations[i].index() != chosen) {
      i++;
    }
    return outcome(clauses[i], Objects.requireNonNull(operations[i]));
  }

  private static <T> Selector.@Nullable Clause addSend(Selector selector, SendTo<T> clause) {
    if (clause.channel == null) {
      return null;
    }
    Selector.Send<T> operation = selector.send(clause.channel);
    operation.value(clause.value);
    return operation;
  }

  private static Outcome outcome(Clause clause, Selector.Clause operation) {
    return switch (clause) {
      case ReceiveFrom(var channel)
          when channel != null && operation instanceof Selector.Receive<?> receive -> {
        Object value = receive.value();
        yield value == null ? new Ended(channel) : new Received(channel, value);
      }
      case SendTo<?>(var channel, _) when channel != null -> new Sent(channel);
      case CancelledBy(var context) -> new Cancelled(context);
      default -> throw new AssertionError(clause);
    };
  }
}
