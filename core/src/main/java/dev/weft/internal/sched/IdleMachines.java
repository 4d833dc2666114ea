package dev.weft.internal.sched;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Machines without work, the latest on top, because its stack and caches are the warmest.
 *
 * <p>A Treiber stack whose nodes are never reused, so that a machine which ends after a long idle
 * time can leave from the middle by clearing its ticket; the node is skipped when it comes to the
 * top.
 */
final class IdleMachines {
  /**
   * One stay on the stack. The thread that claims the ticket, the waking thread or the machine
   * itself, decides what the machine does next.
   */
  static final class Ticket extends AtomicReference<@Nullable Machine> {
    private static final long serialVersionUID = 1L;

    private @Nullable Ticket below;

    private Ticket(@Nullable Machine machine) {
      super(machine);
    }

    /** Returns true for exactly one caller. */
    boolean claim() {
      return getAndSet(null) != null;
    }
  }

  static {
    // The first call links these methods, which allocates: do that at start-up, when memory is
    // available.
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
