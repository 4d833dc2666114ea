package dev.weft.internal.track;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * All live objects of one kind that were created while {@link Tracking} was on. Safe for use by any
 * thread, machines included: adding and removing take a spin lock only.
 */
public final class Tracker<T> {
  private static final int SHARDS = 32;
  private static final RunTimes UNKNOWN = new RunTimes();

  private final List<Shard<T>> shards;

  public Tracker() {
    shards = Stream.generate(Shard<T>::new).limit(SHARDS).toList();
  }

  /**
   * Adds an object that has no reference to its entry yet.
   *
   * @param key distributes the objects over the shards
   * @param times those of a goroutine; unused for other objects
   */
  Tracked<T> add(T object, long key, RunTimes times) {
    Tracked<T> entry = new Tracked<>(this, object, times, Tracking.site());
    entry.shard = (int) (key & (SHARDS - 1));
    shards.get(entry.shard).add(entry);
    return entry;
  }

  /** Adds an object that is live from now on. */
  public Tracked<T> begin(T object) {
    Tracked<T> entry = add(object, System.identityHashCode(object), UNKNOWN);
    entry.begin();
    return entry;
  }

  void remove(Tracked<T> entry) {
    shards.get(entry.shard).remove(entry);
  }

  /**
   * Calls {@code action} for each object that has not ended, on the calling thread and without a
   * lock.
   */
  public void forEach(Consumer<Tracked<T>> action) {
    for (Shard<T> shard : shards) {
      shard.forEach(entry -> {
        if (!entry.isEnded()) {
          action.accept(entry);
        }
      });
    }
  }

  /**
   * Removes the objects that were garbage collected, and calls {@code action} for those that had
   * begun and not ended: a goroutine that would have waited for ever, because nothing that could
   * wake it was reachable, or a descriptor that was never closed.
   */
  public void lost(Consumer<Tracked<T>> action) {
    for (Shard<T> shard : shards) {
      shard.forEach(entry -> {
        if (entry.refersTo(null)) {
          boolean isLost = entry.isLive();
          if (entry.end() && isLost) {
            action.accept(entry);
          }
        }
      });
    }
  }
}
