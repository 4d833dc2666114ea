package dev.weft.internal.track;

import dev.weft.internal.sync.SpinLock;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A part of a tracker's objects, in slots. The lock guards the list of free positions and is held
 * for a few instructions; readers take no lock, so a walk over a million slots delays no thread.
 *
 * <p>Slots are in blocks of doubling size that never move: block b has {@code FIRST << b} slots,
 * and a position is the block's number and the slot in it. A slot is published with a release
 * store. A walk sees every object that is there the whole time, and may or may not see those added
 * or removed meanwhile.
 */
final class Shard<T> extends SpinLock {
  private static final int FIRST = 64;
  private static final int SLOT_BITS = 26;
  private static final int SLOT_MASK = (1 << SLOT_BITS) - 1;

  private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Tracked[].class);

  private volatile @Nullable Tracked<T>[][] blocks = newArray(0);

  // Guarded by the lock. A stack, with room for all positions there are.
  private int[] free = {};
  private int freeCount;

  @SuppressWarnings({"unchecked", "rawtypes"}) // arrays of a generic type cannot be created
  private static <T> @Nullable Tracked<T>[][] newArray(int blocks) {
    return new Tracked[blocks][];
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static <T> @Nullable Tracked<T>[] newBlock(int slots) {
    return new Tracked[slots];
  }

  void add(Tracked<T> entry) {
    while (true) {
      int seen;
      lock();
      if (freeCount > 0) {
        int position = free[--freeCount];
        entry.position = position;
        SLOT.setRelease(blocks[position >>> SLOT_BITS], position & SLOT_MASK, entry);
        unlock();
        return;
      }
      seen = blocks.length;
      unlock();
      grow(seen);
    }
  }

  /** Allocates before it takes the lock. */
  private void grow(int number) {
    @Nullable Tracked<T>[][] more = newArray(number + 1);
    @Nullable Tracked<T>[] block = newBlock(FIRST << number);
    int[] positions = new int[(FIRST << (number + 1)) - FIRST];
    lock();
    if (blocks.length == number) {
      System.arraycopy(blocks, 0, more, 0, number);
      more[number] = block;
      System.arraycopy(free, 0, positions, 0, freeCount);
      for (int slot = 0; slot < block.length; slot++) {
        positions[freeCount++] = number << SLOT_BITS | slot;
      }
      free = positions;
      blocks = more;
    }
    unlock();
  }

  void remove(Tracked<T> entry) {
    lock();
    int position = entry.position;
    @Nullable Tracked<T>[] block = blocks[position >>> SLOT_BITS];
    if (block[position & SLOT_MASK] == entry) {
      SLOT.setRelease(block, position & SLOT_MASK, null);
      free[freeCount++] = position;
    }
    unlock();
  }

  @SuppressWarnings("unchecked")
  void forEach(Consumer<Tracked<T>> action) {
    for (@Nullable Tracked<T>[] block : blocks) {
      for (int slot = 0; slot < block.length; slot++) {
        Tracked<T> entry = (Tracked<T>) SLOT.getAcquire(block, slot);
        if (entry != null) {
          action.accept(entry);
        }
      }
    }
  }

  @Override
  public String toString() {
    return "shard of " + Arrays.stream(blocks).mapToInt(block -> block.length).sum() + " slots";
  }
}
