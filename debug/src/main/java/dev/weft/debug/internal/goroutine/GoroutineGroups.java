package dev.weft.debug.internal.goroutine;

import dev.weft.internal.inspect.Inspection;
import dev.weft.internal.inspect.WaitReasons;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The live goroutines, those with the same stack, kind of wait, label and route counted together.
 */
public final class GoroutineGroups {
  /** The key of a group: stack, kind of wait, label, and the route of the request served. */
  public record Key(
      String kind, @Nullable String label, @Nullable String route, List<StackTraceElement> stack) {
    /** Returns the key of the group that the goroutine belongs to. */
    public static Key of(GoroutineState state) {
      return new Key(WaitReasons.kind(state.reason()), state.label(), state.route(), state.stack());
    }
  }

  /**
   * One group: its size, and the time at which its oldest member was created. In a difference of
   * two dumps the size is how much it has grown, and may be negative.
   */
  public static final class Group {
    private final Key key;
    private int count;
    private long oldest = Long.MAX_VALUE;
    private long longestBlocked;

    private Group(Key key) {
      this.key = key;
    }

    private void add(GoroutineState member) {
      count++;
      oldest = Math.min(oldest, member.since());
      longestBlocked = Math.max(longestBlocked, member.blockedNanos());
    }

    private Group grownBy(int more) {
      Group grown = new Group(key);
      grown.count = more;
      grown.oldest = oldest;
      grown.longestBlocked = longestBlocked;
      return grown;
    }

    public Key key() {
      return key;
    }

    public int count() {
      return count;
    }

    /** On {@link System#nanoTime}'s scale. */
    public long oldest() {
      return oldest;
    }

    /** The longest time that a member has waited; 0 when that is not known. */
    public long longestBlocked() {
      return longestBlocked;
    }
  }

  private final Map<Key, Group> groups = new HashMap<>();
  private int total;
  private int listed;

  private GoroutineGroups() {}

  /** Takes a dump. The time is linear in the number of goroutines; no thread waits for it. */
  public static GoroutineGroups take() {
    return takeBlocked(Duration.ZERO);
  }

  /** Takes a dump of the goroutines that have been blocked for at least this time; zero for all. */
  public static GoroutineGroups takeBlocked(Duration atLeast) {
    GoroutineGroups all = new GoroutineGroups();
    long now = System.nanoTime();
    Inspection.goroutines(goroutine -> {
      all.listed++;
      if (GoroutineState.blockedNanos(goroutine, now) >= atLeast.toNanos()) {
        all.add(GoroutineState.of(goroutine));
      }
    });
    return all;
  }

  /**
   * Returns by how much the groups have grown since an earlier dump, without those that have not.
   */
  public GoroutineGroups since(GoroutineGroups earlier) {
    GoroutineGroups difference = new GoroutineGroups();
    difference.total = total - earlier.total;
    difference.listed = listed;
    groups.forEach((key, group) -> {
      Group before = earlier.groups.get(key);
      difference.keep(group.grownBy(group.count - (before == null ? 0 : before.count)));
    });
    earlier.groups.forEach((key, before) -> {
      if (!groups.containsKey(key)) {
        difference.keep(before.grownBy(-before.count));
      }
    });
    return difference;
  }

  private void keep(Group grown) {
    if (grown.count != 0) {
      groups.put(grown.key, grown);
    }
  }

  private void add(GoroutineState state) {
    total++;
    groups.computeIfAbsent(Key.of(state), Group::new).add(state);
  }

  public int total() {
    return total;
  }

  /** The number of goroutines that were examined, including those not blocked for long enough. */
  int listed() {
    return listed;
  }

  /** The groups, the largest first. */
  public List<Group> bySize() {
    List<Group> all = new ArrayList<>(groups.values());
    all.sort(Comparator.comparingInt(Group::count).reversed());
    return all;
  }
}
