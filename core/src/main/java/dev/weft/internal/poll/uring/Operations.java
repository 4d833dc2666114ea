package dev.weft.internal.poll.uring;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The operations under way in one ring, by token: the place in a table in the lower half, a number
 * that counts up in the upper. The kernel promises one last completion for every request, so a
 * place is free again exactly after that; the number is there so that cancelling an operation that
 * has just ended cannot hit its successor.
 *
 * <p>Adding is guarded by the ring's lock, finding and removing by its completions' reader. What is
 * removed goes to a list of the reader's, which it hands over under the lock once a batch.
 */
final class Operations {
  private volatile @Nullable Operation[] table = new Operation[64];
  private int[] free = new int[64];
  private int freeCount;
  private int sequence;
  private int[] removed = new int[64];
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
    int place = free[--freeCount];
    table[place] = operation;
    sequence = sequence == Integer.MAX_VALUE ? 1 : sequence + 1;
    operation.token = (long) sequence << Integer.SIZE | place;
  }

  private void grow() {
    @Nullable Operation[] now = table;
    free = Arrays.copyOf(free, 2 * now.length);
    for (int i = 2 * now.length - 1; i >= now.length; i--) {
      free[freeCount++] = i;
    }
    table = Arrays.copyOf(now, 2 * now.length);
  }

  /** The operation of a token that came from the kernel; {@code null} for one of no operation. */
  @Nullable Operation find(long token) {
    @Nullable Operation[] now = table;
    int place = (int) token;
    Operation operation = place >= 0 && place < now.length ? now[place] : null;
    return operation != null && operation.token == token ? operation : null;
  }

  /** Takes the operation out, by the reader of completions. */
  void remove(Operation operation) {
    if (removedCount == removed.length) {
      removed = Arrays.copyOf(removed, 2 * removedCount);
    }
    removed[removedCount++] = (int) operation.token;
  }

  boolean hasRemoved() {
    return removedCount > 0;
  }

  /** Frees the places of what was removed; by the reader, under the ring's lock. */
  void recycle() {
    while (removedCount > 0) {
      int place = removed[--removedCount];
      table[place] = null;
      free[freeCount++] = place;
    }
  }

  /** How many are under way; a moment's figure. */
  int size() {
    return table.length - freeCount - removedCount;
  }
}
