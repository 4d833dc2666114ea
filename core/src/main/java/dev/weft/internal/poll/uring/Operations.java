package dev.weft.internal.poll.uring;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The operations in flight in one ring, by token: the lower half is an index into a table, the
 * upper half a sequence number. The kernel delivers exactly one last completion for every request,
 * after which the index is free again. The sequence number prevents the cancellation of an
 * operation that has just ended from cancelling the next one with its index.
 *
 * <p>The ring's lock guards adding; finding and removing belong to the thread that handles
 * completions. That thread collects the indices it removes and frees them under the lock, once for
 * each batch.
 */
final class Operations {
  private volatile @Nullable Operation[] table = new Operation[64];
  private int[] free = new int[64];
  private int freeCount;
  private int sequence;
  private final int[] removed = new int[64];
  private int removedCount;

  Operations() {
    for (int i = free.length - 1; i >= 0; i--) {
      free[freeCount++] = i;
    }
  }

  /** Under the ring's lock. */
  void add(Operation operation) {
    if (freeCount == 0) {
      grow();
    }
    int index = free[--freeCount];
    table[index] = operation;
    sequence = sequence == Integer.MAX_VALUE ? 1 : sequence + 1;
    operation.token = (long) sequence << Integer.SIZE | index;
  }

  /** Undoes {@link #add}, before the kernel has the token; under the ring's lock. */
  void takeBack(Operation operation) {
    int index = (int) operation.token;
    table[index] = null;
    free[freeCount++] = index;
  }

  /** Allocates first, so that running out of memory changes nothing. */
  private void grow() {
    @Nullable Operation[] now = table;
    @Nullable Operation[] larger = Arrays.copyOf(now, 2 * now.length);
    free = Arrays.copyOf(free, larger.length);
    for (int i = larger.length - 1; i >= now.length; i--) {
      free[freeCount++] = i;
    }
    table = larger;
  }

  /** The operation of a token that came from the kernel; {@code null} for one of no operation. */
  @Nullable Operation find(long token) {
    @Nullable Operation[] now = table;
    int index = (int) token;
    Operation operation = index >= 0 && index < now.length ? now[index] : null;
    return operation != null && operation.token == token ? operation : null;
  }

  /**
   * Removes the operation; called by the handler of completions, which recycles first if there is
   * no {@linkplain #mayRemove room}. Allocates nothing, because a completion is handled once and
   * cannot be retried.
   */
  void remove(Operation operation) {
    removed[removedCount++] = (int) operation.token;
  }

  /** Reports whether one more can be removed before the next {@link #recycle}. */
  boolean mayRemove() {
    return removedCount < removed.length;
  }

  boolean hasRemoved() {
    return removedCount > 0;
  }

  /** Frees the indices of removed operations; by the same thread, under the ring's lock. */
  void recycle() {
    while (removedCount > 0) {
      int index = removed[--removedCount];
      table[index] = null;
      free[freeCount++] = index;
    }
  }

  /** The operations in flight; a snapshot, in which ended ones may still appear. */
  List<Operation> snapshot() {
    return Arrays.stream(table).filter(Objects::nonNull).map(Objects::requireNonNull).toList();
  }

  /** How many are in flight; a snapshot. */
  int size() {
    return table.length - freeCount - removedCount;
  }
}
