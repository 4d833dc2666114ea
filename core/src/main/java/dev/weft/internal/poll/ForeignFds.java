package dev.weft.internal.poll;

import dev.weft.internal.timer.Timer;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Waits for descriptors that other code opens, uses and closes: the sockets and selectors of the
 * JDK, when the agent has routed their waiting here.
 *
 * <p>The other code obeys four rules, those of {@code sun.nio.ch.Poller}: it tries its operation
 * before it waits; at most one thread waits in each direction of a descriptor; it tries again after
 * a wait, because a wait may end for no reason; and it calls {@link #closing} before it closes a
 * descriptor, when no thread waits for it any more.
 *
 * <p>A socket is registered with the poller once, when it first has to wait, and edge-triggered. A
 * signal that comes while no thread waits stays in its gate for the next wait, so none is missed
 * between the operation's EAGAIN and the wait; as a consequence such a wait may end at once.
 *
 * <p>The short-read rule holds here too: a read that got fewer bytes than it asked for has emptied
 * the socket, so until a signal comes the next read would only get EAGAIN, and can be left out. The
 * code that reads asks {@link #isDrained} first and reports to {@link #readReturned}.
 *
 * <p>The JDK closes the descriptor of a selector without calling {@link #closing}, so its number
 * may have been reused at the next wait: it is registered anew for each wait, one-shot.
 */
public final class ForeignFds {
  /** The backend's side. Results are 0 or a negated error number. */
  public interface Registry {
    /** Signals {@code desc} whenever {@code fd} becomes readable or writable. */
    int register(int fd, PollDesc desc);

    /** Signals {@code desc} once, as soon as {@code fd} is readable. */
    int registerOnce(int fd, PollDesc desc);

    void unregister(int fd, PollDesc desc);
  }

  private static final class Entry {
    final PollDesc desc;
    final boolean oneShot;

    /**
     * Whether the last read has emptied the socket, and no wait has ended since. Guarded by the
     * lock under which the other code reads.
     */
    boolean drained;

    Entry(PollDesc desc, boolean oneShot) {
      this.desc = desc;
      this.oneShot = oneShot;
    }
  }

  private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(Entry[].class);

  private final Supplier<PollDesc> newDesc;
  private final Registry registry;

  /**
   * By descriptor number. Entries are published with release semantics; they are put, removed and
   * moved under this object's monitor.
   */
  private volatile @Nullable Entry[] entries = new Entry[256];

  public ForeignFds(Supplier<PollDesc> newDesc, Registry registry) {
    this.newDesc = newDesc;
    this.registry = registry;
  }

  /**
   * Waits until reading (or writing) is worth another try, the thread is interrupted or unparked,
   * {@link #wakeup} is called, or {@code nanos} have passed.
   *
   * @param nanos 0 for no limit
   * @param open whether the descriptor's owner is still open; called after the wait has become
   *     visible to {@link #wakeup}
   * @return false when the poller accepts no more descriptors; the call then did not wait
   */
  public boolean await(int fd, boolean writing, long nanos, BooleanSupplier open) {
    Entry entry = find(fd);
    if (entry == null || entry.oneShot) {
      entry = register(fd);
      if (entry == null) {
        return false;
      }
    }
    PollDesc desc = entry.desc;
    if (open.getAsBoolean()) {
      await(desc, writing ? desc.write : desc.read, nanos);
    }
    if (!writing) {
      entry.drained = false; // The wait has consumed the signal.
    }
    return true;
  }

  /**
   * Reports whether a read from {@code fd} would only get EAGAIN: the last one has emptied it and
   * no signal has come since. After true the caller must wait; after false it must read, because
   * the signal has been consumed. Called under the lock under which the caller reads.
   */
  public boolean isDrained(int fd) {
    Entry entry = find(fd);
    if (entry == null || entry.oneShot) {
      return false;
    }
    if (entry.desc.consumeRead()) {
      entry.drained = false;
    }
    return entry.drained && !entry.desc.mayReadShort();
  }

  /**
   * Records the result of a read from {@code fd} that followed {@link #isDrained}.
   *
   * @param result the bytes that were read, or 0 or less
   * @param length the bytes that were asked for
   */
  public void readReturned(int fd, int result, int length) {
    Entry entry = find(fd);
    if (entry != null) {
      entry.drained = 0 < result && result < length;
    }
  }

  /**
   * Waits until a selector's descriptor is readable; otherwise as {@link #await(int, boolean, long,
   * BooleanSupplier)}.
   */
  public boolean awaitOnce(int fd, long nanos) {
    PollDesc desc = registerOnce(fd);
    if (desc == null) {
      return false;
    }
    await(desc, desc.read, nanos);
    return true;
  }

  private static void await(PollDesc desc, Direction direction, long nanos) {
    try {
      if (nanos > 0) {
        long when = Timer.after(System.nanoTime(), nanos);
        desc.setDeadline(direction, when == Direction.NONE ? 1 : when);
      }
      desc.parkOnce(direction);
    } finally { // also without memory for the timer: later waits would end by this deadline
      if (nanos > 0) {
        desc.setDeadline(direction, Direction.NONE);
      }
      // The caller tries its operation next, so an earlier signal is no longer needed.
      direction.gate.consume();
    }
  }

  /** Ends the current wait for one direction of {@code fd}, or the next one if there is none. */
  public void wakeup(int fd, boolean writing) {
    Entry entry = find(fd);
    if (entry != null) {
      (writing ? entry.desc.write : entry.desc.read).gate.signal();
    }
  }

  /** Removes {@code fd}, which is about to be closed and whose number may then be reused. */
  public void closing(int fd) {
    if (find(fd) != null) {
      forget(fd);
    }
  }

  private @Nullable Entry find(int fd) {
    @Nullable Entry[] now = entries;
    return fd < now.length ? (Entry) ELEMENT.getAcquire(now, fd) : null;
  }

  private synchronized void forget(int fd) {
    Entry entry = find(fd);
    if (entry != null) {
      ELEMENT.setRelease(entries, fd, null);
      registry.unregister(fd, entry.desc);
      entry.desc.close();
    }
  }

  private synchronized @Nullable Entry register(int fd) {
    Entry entry = find(fd);
    if (entry != null && !entry.oneShot) {
      return entry; // The other direction has registered it first.
    }
    PollDesc desc = newDesc.get();
    if (registry.register(fd, desc) < 0) {
      return null;
    }
    entry = new Entry(desc, false);
    put(fd, entry);
    return entry;
  }

  private synchronized @Nullable PollDesc registerOnce(int fd) {
    Entry entry = find(fd);
    PollDesc desc = entry != null && entry.oneShot ? entry.desc : newDesc.get();
    if (registry.registerOnce(fd, desc) < 0) {
      return null;
    }
    if (entry == null || desc != entry.desc) {
      put(fd, new Entry(desc, true));
    }
    return desc;
  }

  private void put(int fd, Entry entry) {
    if (fd >= entries.length) {
      entries = Arrays.copyOf(entries, Math.max(2 * entries.length, fd + 1));
    }
    ELEMENT.setRelease(entries, fd, entry);
  }
}
