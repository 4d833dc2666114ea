package dev.weft.cli.serve;

import dev.weft.context.CancellableContext;
import dev.weft.context.CancelledException;
import dev.weft.context.Context;
import dev.weft.context.Registration;
import dev.weft.net.Conn;
import dev.weft.net.FilterListener;
import dev.weft.net.Listener;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Accepts a connection when a slot is free, and frees the slot when the connection is closed. The
 * connections beyond the slots wait in the kernel. Closing the listener, its deadline and its
 * context end the wait for a slot too.
 */
final class SlotListener extends FilterListener {
  private final Slots slots;
  private final Context context;
  private final State state;

  /** What a listener and its views have in common. */
  private static final class State {
    final CancellableContext closed = Context.background().withCancel();

    /** Cancelled at the deadline, and when another takes its place. */
    volatile CancellableContext deadline = closed.withCancel();

    synchronized void setDeadline(@Nullable Duration fromNow) {
      CancellableContext before = deadline;
      deadline = fromNow == null ? closed.withCancel() : closed.withTimeout(fromNow);
      before.cancel();
    }
  }

  /**
   * @param slots may be shared with other listeners
   */
  SlotListener(Listener listener, Slots slots) {
    this(listener, slots, Context.background(), new State());
  }

  private SlotListener(Listener listener, Slots slots, Context context, State state) {
    super(listener);
    this.slots = slots;
    this.context = context;
    this.state = state;
  }

  @Override
  public Conn accept() throws IOException {
    boolean hasSlot = slots.tryAcquire() || awaitSlot();
    Conn conn;
    try {
      conn = listener.accept(); // fails when there is no slot: the listener is closed then
    } catch (Throwable e) {
      if (hasSlot) {
        slots.release();
      }
      throw e;
    }
    try {
      conn.onClose(slots::release);
    } catch (Throwable e) {
      conn.close();
      slots.release();
      throw e;
    }
    return conn;
  }

  /** Returns false when the listener is closed. */
  private boolean awaitSlot() throws IOException {
    while (true) {
      Context deadline = state.deadline;
      try (CancellableContext wait = context.withCancel()) {
        Registration atEnd = deadline.onCancel(wait::cancel);
        try {
          slots.acquire(wait);
          return true;
        } finally {
          atEnd.stop();
        }
      } catch (CancelledException e) {
        if (state.closed.isCancelled()) {
          return false;
        }
        context.check();
        if (state.deadline == deadline) {
          throw new SocketTimeoutException("accept " + listener + ": i/o timeout");
        } // else it was moved
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("accept " + listener + ": interrupted");
      }
    }
  }

  @Override
  public void setDeadline(@Nullable Duration fromNow) throws IOException {
    super.setDeadline(fromNow);
    state.setDeadline(fromNow);
  }

  @Override
  public SlotListener withContext(Context other) {
    return new SlotListener(listener.withContext(other), slots, other, state);
  }

  @Override
  public void close() {
    try {
      super.close();
    } finally {
      state.closed.cancel();
    }
  }
}
