package dev.weft.context;

import dev.weft.chan.Cancellation;
import dev.weft.chan.ReceiveChan;
import dev.weft.context.CancelPoint.Reason;
import dev.weft.internal.sched.Clock;
import dev.weft.internal.track.Goroutines;
import dev.weft.internal.track.Tracking;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Carries a deadline, the signal to stop, and values of a request across calls and goroutines. Go's
 * {@code context.Context}.
 *
 * <pre>{@code
 * try (var ctx = Context.current().withTimeout(ofSeconds(2))) {
 *   ctx.run(() -> serve(request));     // Context.current() in there, and in goroutines started there
 * }                                    // closing cancels what is still under way
 * }</pre>
 *
 * <p>Contexts form a tree. Cancelling one cancels all derived from it; a child's deadline is never
 * later than its parent's. Code that only observes a context gets it as a {@code Context}; code
 * that may cancel it holds it as a {@link CancellableContext}. A context is passed to operations
 * that block, such as {@link ReceiveChan#receive(Cancellation)}, or its {@link #done()} channel is
 * waited for in a select.
 *
 * <p>Contexts are immutable but for their cancellation, and safe for use by any number of threads.
 * No method blocks, but those that run what they are given.
 */
public sealed class Context implements Cancellation permits CancellableContext {
  private static final Context BACKGROUND = new Context(null, null, null, null);
  private static final ScopedValue<Context> CURRENT = ScopedValue.newInstance();

  private final @Nullable Context parent;
  final @Nullable CancelPoint point;
  private final @Nullable Key<?> key;
  private final @Nullable Object value;

  Context(
      @Nullable Context parent,
      @Nullable CancelPoint point,
      @Nullable Key<?> key,
      @Nullable Object value) {
    this.parent = parent;
    this.point = point;
    this.key = key;
    this.value = value;
  }

  // ---- Creation

  /** Returns the root of all contexts: never cancelled, without a deadline, without values. */
  public static Context background() {
    return BACKGROUND;
  }

  /**
   * Returns the context bound to the calling thread by {@link #run} or {@link #call}, or the
   * background.
   */
  public static Context current() {
    return CURRENT.orElse(BACKGROUND);
  }

  /** Returns a child that can be cancelled. */
  public CancellableContext withCancel() {
    return new CancellableContext(this, CancelPoint.open(point));
  }

  /**
   * Returns a child that is cancelled after the given time, unless this context is cancelled
   * before.
   */
  public CancellableContext withTimeout(Duration timeout) {
    return new CancellableContext(this, CancelPoint.open(point, Clock.nanoTimeAfter(timeout)));
  }

  /**
   * Returns a child that is cancelled at the given time, unless this context is cancelled before.
   */
  public CancellableContext withDeadline(Instant deadline) {
    return withTimeout(Duration.between(Clock.now(), deadline));
  }

  /** Returns a child with a value for the key, which its own children inherit. */
  public <T> Context withValue(Key<T> valueKey, T newValue) {
    Objects.requireNonNull(valueKey, "key");
    Objects.requireNonNull(newValue, "value");
    return new Context(this, point, valueKey, newValue);
  }

  /**
   * Returns a child with the same values that is not cancelled with this context, and has no
   * deadline.
   */
  public Context withoutCancel() {
    return new Context(this, null, null, null);
  }

  // ---- State

  @Override
  public boolean isCancelled() {
    return point != null && point.reason() != null;
  }

  /**
   * Returns the channel that is closed when this context is cancelled, for use in a select; null
   * for a context that cannot be cancelled, which a select treats as a channel that is never ready.
   */
  @Override
  public @Nullable ReceiveChan<?> done() {
    return point == null ? null : point.done();
  }

  /**
   * Returns why this context is cancelled: the cause given to {@link
   * CancellableContext#cancel(Throwable)}, else a new {@link DeadlineExceededException} or {@link
   * CancelledException}; null while it is not cancelled.
   */
  public @Nullable Throwable cause() {
    Object reason = point == null ? null : point.reason();
    return switch (reason) {
      case null -> null;
      case Throwable given -> given;
      default -> toException();
    };
  }

  @Override
  public CancellationException toException() {
    Object reason = point == null ? null : point.reason();
    return switch (reason) {
      case Reason.CANCELLED -> new CancelledException("the context was cancelled", null);
      case Reason.DEADLINE_EXCEEDED ->
          new DeadlineExceededException("the deadline of the context was exceeded");
      case Throwable given -> new CancelledException("the context was cancelled: " + given, given);
      case null, default ->
          throw new IllegalStateException("the context is not cancelled; ask isCancelled() first");
    };
  }

  /**
   * Throws if this context is cancelled, else does nothing; for long computations.
   *
   * @throws CancelledException if it is
   */
  public void check() {
    if (isCancelled()) {
      throw toException();
    }
  }

  /** Returns the deadline of this context; null if it has none. */
  public @Nullable Instant deadline() {
    return point != null && point.hasDeadline()
        ? Clock.now().plusNanos(point.deadline() - Clock.nanoTime())
        : null;
  }

  /**
   * Returns the value for the key in this context or its nearest ancestor that has one; null if
   * none has.
   */
  public <T> @Nullable T value(Key<T> wanted) {
    for (Context context = this; context != null; context = context.parent) {
      if (context.key == wanted) {
        @SuppressWarnings("unchecked") // withValue takes them together.
        T found = (T) context.value;
        return found;
      }
    }
    return null;
  }

  /**
   * Runs the action in a goroutine of its own once this context is cancelled; at once if it is
   * already. Go's {@code context.AfterFunc}. When there is no memory for a goroutine, it runs as
   * those of {@link #onCancel} do.
   */
  public Registration afterFunc(Runnable action) {
    return onCancel(new AfterFunc(Objects.requireNonNull(action, "action")));
  }

  /**
   * Runs the action when this context is cancelled: on the thread that calls {@code cancel}, before
   * that returns, or, when a deadline cancels it, in a goroutine; on the calling thread if it is
   * cancelled already. For actions that are short and do not block, such as waking a thread: the
   * other actions wait for it. All contexts below are cancelled by then. Its exceptions go to the
   * handler of {@code Weft.onUncaught}. {@link #afterFunc} has no such conditions.
   */
  public Registration onCancel(Runnable action) {
    return Callback.on(point, Objects.requireNonNull(action, "action"));
  }

  // ---- Binding it

  /** Runs the action with this context as the {@link #current()} one. */
  public void run(Runnable action) {
    if (!Tracking.isOn()) {
      ScopedValue.where(CURRENT, this).run(action);
      return;
    }
    Long before = Goroutines.deadline(deadlineNanos());
    try {
      ScopedValue.where(CURRENT, this).run(action);
    } finally {
      Goroutines.deadline(before);
    }
  }

  /**
   * Calls the operation with this context as the {@link #current()} one, and returns its result.
   */
  public <R, X extends Throwable> R call(ScopedValue.CallableOp<R, X> operation) throws X {
    if (!Tracking.isOn()) {
      return ScopedValue.where(CURRENT, this).call(operation);
    }
    Long before = Goroutines.deadline(deadlineNanos());
    try {
      return ScopedValue.where(CURRENT, this).call(operation);
    } finally {
      Goroutines.deadline(before);
    }
  }

  /** On the scale of {@link Clock#nanoTime()}; null without a deadline. */
  private @Nullable Long deadlineNanos() {
    return point != null && point.hasDeadline() ? point.deadline() : null;
  }

  /**
   * Returns a task that runs the given one with the caller's current context bound, in any thread;
   * the task itself if no context is bound. Goroutines inherit the context in this way.
   */
  public static Runnable capture(Runnable task) {
    if (!CURRENT.isBound()) {
      return task;
    }
    Context context = CURRENT.get();
    return () -> context.run(task);
  }

  @Override
  public String toString() {
    if (parent == null) {
      return "background";
    }
    if (key != null) {
      return parent + ".withValue(" + key + ")";
    }
    return parent + describe();
  }

  String describe() {
    return ".withoutCancel";
  }

  /**
   * Identifies a value in contexts. Two keys are never equal, even of the same name: keep one in a
   * constant.
   *
   * @param <T> the values
   */
  @SuppressWarnings("UnusedTypeParameter") // It ties value() to withValue().
  public static final class Key<T> {
    private final String name;

    private Key(String name) {
      this.name = name;
    }

    /** Creates a key; the name only describes it. */
    public static <T> Key<T> named(String name) {
      return new Key<>(Objects.requireNonNull(name, "name"));
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
