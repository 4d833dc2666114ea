package dev.weft.net.tls;

import dev.weft.chan.Chan;
import dev.weft.context.Context;
import dev.weft.internal.poll.error.NetExceptions;
import dev.weft.internal.poll.error.NetOperation;
import dev.weft.net.Conn;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Limits how many handshakes of servers use the CPU at once. A handshake has a {@link Turn}, which
 * it holds while it computes and not while it waits for its peer, so a peer that stops inside a
 * handshake delays no other.
 *
 * <pre>
 *   idle    --take(), one is free--> held
 *   idle    --take(), none is free--> waiting, in one of the queues
 *   waiting --another gives its own back--> held
 *   waiting --deadline, cancellation, interrupt, closing--> idle
 *   held    --give()--> idle; the turn goes to the first that waits
 * </pre>
 *
 * <p>A handshake that has had a turn before takes the next one ahead of those that have had none:
 * otherwise all of them would end as late as the last one.
 */
final class HandshakeTurns {
  private static final Object TOKEN = new Object();

  /** One that waits; {@code granted} is guarded by the lock. */
  private static final class Waiter {
    final Chan<Object> woken = Chan.buffered(1);
    boolean granted;

    void wake() {
      woken.trySend(TOKEN);
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final int total;

  // Guarded by the lock.
  private int free;
  private final Deque<Waiter> begun = new ArrayDeque<>();
  private final Deque<Waiter> fresh = new ArrayDeque<>();

  HandshakeTurns(int total) {
    this.total = total;
    free = total;
  }

  int total() {
    return total;
  }

  int free() {
    lock.lock();
    try {
      return free;
    } finally {
      lock.unlock();
    }
  }

  int waiting() {
    lock.lock();
    try {
      return begun.size() + fresh.size();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The turns of one handshake; for one thread at a time, but for the connection's closing, which
   * ends a wait:
   *
   * <pre>
   *   no action   --the first wait--> open      one action is registered with the connection for all waits
   *   open        --take() waits--> waiting     publishes the waiter, then looks whether the connection is closed
   *   waiting     --the wait has ended--> open
   *   open, waiting --the connection is closed--> closed    sets the flag, then wakes the waiter, if there is one
   * </pre>
   *
   * <p>Each side publishes before it looks, so a closing connection sees the waiter or the waiter
   * sees that it is closed. The action stays until the connection is closed, because actions cannot
   * be taken back; so there is one for a handshake and not one for each wait.
   */
  final class Turn {
    private final Conn conn;
    private boolean held;
    private boolean hadOne;
    private boolean waiting;
    private boolean registered;

    /** Written by the thread that waits, read by the one that closes the connection. */
    private volatile @Nullable Waiter current;

    /** Written by the thread that closes the connection, read by the one that waits. */
    private volatile boolean closed;

    /**
     * @param conn ends a wait when it is closed
     */
    Turn(Conn conn) {
      this.conn = conn;
    }

    /**
     * Takes a turn unless this handshake has it already, waiting for one.
     *
     * @return whether it had to wait
     * @throws dev.weft.context.CancelledException when the context is cancelled while waiting, also
     *     by its deadline; {@link #isWaiting} is true afterwards
     */
    boolean take(Context context) throws IOException {
      if (held) {
        return false;
      }
      Waiter waiter = new Waiter();
      if (takeOrQueue(waiter)) {
        held = true;
        hadOne = true;
        return false;
      }
      waiting = true;
      try {
        await(waiter, context);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw NetExceptions.interrupted(NetOperation.READ, conn.toString());
      } finally {
        held = leave(waiter);
        hadOne |= held;
      }
      waiting = false;
      if (!held) {
        throw NetExceptions.closed(NetOperation.READ, conn.toString());
      }
      return true;
    }

    /** Waits until the turn is granted or the connection is closed. */
    private void await(Waiter waiter, Context context) throws InterruptedException {
      if (!registered) {
        conn.onClose(this::close);
        registered = true;
      }
      current = waiter;
      try {
        if (!closed) {
          waiter.woken.receive(context);
        }
      } finally {
        current = null;
      }
    }

    private void close() {
      closed = true;
      Waiter waiter = current;
      if (waiter != null) {
        waiter.wake();
      }
    }

    /** Takes a free turn, or has the waiter wait for one. */
    private boolean takeOrQueue(Waiter waiter) {
      lock.lock();
      try {
        if (free > 0) {
          free--;
          return true;
        }
        (hadOne ? begun : fresh).add(waiter);
        return false;
      } finally {
        lock.unlock();
      }
    }

    /** Ends the wait; reports whether it has ended with a turn. */
    private boolean leave(Waiter waiter) {
      lock.lock();
      try {
        if (!waiter.granted) {
          begun.remove(waiter);
          fresh.remove(waiter);
        }
        return waiter.granted;
      } finally {
        lock.unlock();
      }
    }

    /** Begins the handshake, or goes on with it after a call that has failed. */
    void begin() {
      waiting = false;
    }

    /** Reports whether {@link #take} has failed since the last {@link #begin}. */
    boolean isWaiting() {
      return waiting;
    }

    /** Gives the turn back, if this handshake has it. */
    void give() {
      if (!held) {
        return;
      }
      held = false;
      Waiter next;
      lock.lock();
      try {
        next = begun.isEmpty() ? fresh.poll() : begun.poll();
        if (next == null) {
          free++;
          return;
        }
        next.granted = true;
      } finally {
        lock.unlock();
      }
      next.wake();
    }
  }
}
