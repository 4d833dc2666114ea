package dev.weft.internal.poll;

import dev.weft.internal.sync.FailureLog;
import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The actions that run when something is closed: a lock-free stack that is taken as a whole.
 *
 * <pre> null, or the action added last --add--> the new action
 *   null, or the action added last --run--> CLOSED, for ever; the actions run, the last first
 *   CLOSED                         --add--> CLOSED; the action runs at once, on the adding thread
 * </pre>
 *
 * Both moves are a compare-and-set or an exchange of one word, so each action runs exactly once.
 */
public final class CloseActions {
  private static final Node CLOSED = new Node(() -> {}, null);
  private static final VarHandle TOP;

  static {
    FailureLog.resolve(Throwable.class);
    try {
      TOP = MethodHandles.lookup().findVarHandle(CloseActions.class, "top", Node.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private record Node(Runnable action, @Nullable Node next) {}

  private volatile @Nullable Node top;

  /** Runs {@code action} when this is closed, at once if it is closed already. */
  public void add(Runnable action) {
    Objects.requireNonNull(action, "action");
    for (Node seen = top; seen != CLOSED; seen = top) {
      if (TOP.compareAndSet(this, seen, new Node(action, seen))) {
        return;
      }
    }
    run(action);
  }

  /** Runs the actions, once. An action that throws is logged, and the others still run. */
  public void run() {
    if (top == null && TOP.compareAndSet(this, (Node) null, CLOSED)) {
      return;
    }
    for (Node node = (Node) TOP.getAndSet(this, CLOSED); node != null && node != CLOSED; ) {
      run(node.action);
      node = node.next;
    }
  }

  private static void run(Runnable action) {
    try {
      action.run();
    } catch (Throwable e) {
      log(e);
    }
  }

  private static void log(Throwable failure) {
    try {
      System.getLogger("dev.weft").log(Level.ERROR, "an action on closing failed", failure);
    } catch (Throwable e) {
      // No memory to log it; the other actions still run.
    }
  }
}
