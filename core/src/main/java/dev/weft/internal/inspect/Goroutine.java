package dev.weft.internal.inspect;

import dev.weft.internal.track.RunTimes;
import dev.weft.internal.track.Tracked;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A live goroutine. Holding it keeps the goroutine reachable. */
public final class Goroutine {
  private final Thread thread;
  private final Tracked<Thread> entry;

  Goroutine(Thread thread, Tracked<Thread> entry) {
    this.thread = thread;
    this.entry = entry;
  }

  public Thread thread() {
    return thread;
  }

  /** When it was created, on {@link System#nanoTime}'s scale. */
  public long since() {
    return entry.since();
  }

  /**
   * When it last stopped running, on {@link System#nanoTime}'s scale: while it waits, since when.
   * {@link RunTimes#NOT_STOPPED} while it runs, and where the scheduler is the JDK's.
   */
  public long stoppedAt() {
    return entry.times().stoppedAt();
  }

  /** The id of the thread that created it. */
  public long creator() {
    return entry.creator();
  }

  /** The stack that created it; empty unless a tool asked for that. */
  public List<StackTraceElement> site() {
    return entry.site();
  }

  public @Nullable String label() {
    return entry.label();
  }

  /** The route of the request that it serves; null when it serves none. */
  public @Nullable String route() {
    return entry.route();
  }

  /** The connection that it serves, as text with the peer's address; null when it serves none. */
  public @Nullable String served() {
    Object conn = entry.served();
    return conn == null ? null : conn.toString();
  }

  /**
   * The deadline of the context that is bound to it, on {@link System#nanoTime}'s scale; null
   * without one.
   */
  public @Nullable Long contextDeadline() {
    return entry.deadline();
  }
}
