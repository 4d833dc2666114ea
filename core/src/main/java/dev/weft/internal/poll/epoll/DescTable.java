package dev.weft.internal.poll.epoll;

import dev.weft.internal.poll.PollDesc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds the {@link PollDesc} of an event by its token: the descriptor's number, which is the index,
 * and a sequence number, which tells an event for this descriptor from one for an earlier
 * descriptor of the same number. The kernel never sees a Java reference.
 *
 * <p>Look-ups take no lock: an entry is one immutable object, published with release semantics.
 * Growing copies the array and replaces it; writers exclude each other.
 */
final class DescTable {
  private record Entry(int sequence, PollDesc desc) {}

  private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(Entry[].class);

  private volatile @Nullable Entry[] entries = new Entry[256];
  private int sequence;

  /** Adds {@code desc} and returns its token. */
  synchronized long add(int fd, PollDesc desc) {
    if (fd >= entries.length) {
      entries = Arrays.copyOf(entries, Math.max(2 * entries.length, fd + 1));
    }
    sequence = sequence == Integer.MAX_VALUE ? 1 : sequence + 1;
    ELEMENT.setRelease(entries, fd, new Entry(sequence, desc));
    return (long) sequence << Integer.SIZE | fd;
  }

  synchronized void remove(int fd, PollDesc desc) {
    Entry entry = fd < entries.length ? entries[fd] : null;
    if (entry != null && entry.desc == desc) {
      ELEMENT.setRelease(entries, fd, null);
    }
  }

  /** Returns the token of a registered descriptor. */
  long token(int fd) {
    Entry entry = (Entry) ELEMENT.getAcquire(entries, fd);
    return (long) entry.sequence << Integer.SIZE | fd;
  }

  @Nullable PollDesc find(long token) {
    @Nullable Entry[] now = entries;
    int fd = (int) token;
    Entry entry = fd < now.length ? (Entry) ELEMENT.getAcquire(now, fd) : null;
    return entry != null && entry.sequence == (int) (token >>> Integer.SIZE) ? entry.desc : null;
  }
}
