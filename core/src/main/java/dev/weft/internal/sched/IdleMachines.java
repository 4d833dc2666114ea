package dev.weft.internal.sched;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Machines without work, the latest on top: its stack and caches are the warmest.
 *
 * <p>A Treiber stack whose nodes are never reused, so that a machine may leave from the middle
 * (when it ends for having been idle too long) by merely giving up its ticket; the node is skipped
 * when it comes to the top.
 */
final class IdleMachines {
  /**
   * One stay on the stack. The thread that claims the ticket, the waker or the machine itself,
   * decides what becomes of the machine.
   */
  static final class Ticket extends AtomicReference<@Nullable Machine> {
    private static final long serialVersionUID = 1L;

    private @Nullable Ticket below;

    private Ticket(@Nullable Machine machine) {
      super(machine);
    }

    /** True for exactly one caller. */
    boolean claim() {
      return getAndSet(null) != null;
    }
  }

  static {
    // The JVM links these when they first run, which takes memory: there is some now.
    Ticket unused = new Ticket(null);
    unused.compareAndSet(null, null);
    unused.claim();
  }

  private final AtomicReference<@Nullable Ticket> top = new AtomicReference<>();

  Ticket push(Machine machine) {
    Ticket ticket = new Ticket(machine);
    do {
      ticket.below = top.get();
    } while (!top.compareAndSet(ticket.below, ticket));
    return ticket;
  }

  boolean any() {
    for (Ticket ticket = top.get(); ticket != null; ticket = ticket.below) {
      if (ticket.get() != null) {
        return true;
      }
    }
    return false;
  }

  @Nullable Machine pop() {
    for (Ticket ticket; (ticket = top.get()) != null; ) {
      if (top.compareAndSet(ticket, ticket.below)) {
        Machine machine = ticket.getAndSet(null);
        if (machine != null) {
          return machine;
        }
      }
    }
    return null;
  }
}
