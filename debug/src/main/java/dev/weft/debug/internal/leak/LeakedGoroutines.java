package dev.weft.debug.internal.leak;

import dev.weft.debug.internal.goroutine.GoroutineText;
import dev.weft.debug.internal.pprof.Frame;
import dev.weft.debug.internal.pprof.Profile;
import dev.weft.debug.internal.pprof.Profile.ValueType;
import dev.weft.debug.internal.pprof.StackProfile;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The goroutines that leaked, by where they waited. Not safe for use by several threads. */
public final class LeakedGoroutines implements StackProfile {
  /** The maximum number of different stacks; further goroutines are counted without a stack. */
  private static final int MAX_PLACES = 10_000;

  private static final WaitPlace ELSEWHERE = new WaitPlace("elsewhere", null, List.of());

  private record Sum(int count, long oldest) {}

  private final Map<WaitPlace, Sum> sums;
  private final boolean collectorRan;

  LeakedGoroutines() {
    this(new HashMap<>(), false);
  }

  private LeakedGoroutines(Map<WaitPlace, Sum> sums, boolean collectorRan) {
    this.sums = sums;
    this.collectorRan = collectorRan;
  }

  void add(WaitPlace place, long since) {
    WaitPlace at = sums.size() < MAX_PLACES || sums.containsKey(place) ? place : ELSEWHERE;
    sums.merge(
        at, new Sum(1, since), (a, b) -> new Sum(a.count + b.count, Math.min(a.oldest, b.oldest)));
  }

  LeakedGoroutines copy(boolean ran) {
    return new LeakedGoroutines(new HashMap<>(sums), ran);
  }

  /** The goroutines that are not in an earlier result. */
  public LeakedGoroutines since(LeakedGoroutines earlier) {
    Map<WaitPlace, Sum> more = new HashMap<>();
    sums.forEach((place, sum) -> {
      Sum before = earlier.sums.get(place);
      int count = sum.count - (before == null ? 0 : before.count);
      if (count > 0) {
        more.put(place, new Sum(count, sum.oldest));
      }
    });
    return new LeakedGoroutines(more, collectorRan);
  }

  public int total() {
    return sums.values().stream().mapToInt(Sum::count).sum();
  }

  private List<Map.Entry<WaitPlace, Sum>> bySize() {
    return sums.entrySet().stream()
        .sorted(
            Comparator.<Map.Entry<WaitPlace, Sum>>comparingInt(each -> each.getValue().count)
                .reversed())
        .toList();
  }

  /** Kind of wait and label are labels. */
  @Override
  public byte[] toGzip() {
    ValueType count = new ValueType("goroutineleak", "count");
    Profile profile =
        new Profile(List.of(count)).period(count, 1).taken(Instant.now(), Duration.ZERO);
    for (Map.Entry<WaitPlace, Sum> each : bySize()) {
      WaitPlace place = each.getKey();
      Map<String, String> labels = new LinkedHashMap<>();
      labels.put("wait", place.kind());
      if (place.label() != null) {
        labels.put("label", place.label());
      }
      profile.sample(place.stack().stream().map(Frame::of).toList(), labels, each.getValue().count);
    }
    return profile.toGzip();
  }

  @Override
  public void writeText(Appendable out) throws IOException {
    long now = System.nanoTime();
    out.append("goroutineleak profile: total ").append(String.valueOf(total())).append("\n");
    if (!collectorRan) {
      out.append("# the garbage collector did not run when asked to: there may be more\n");
    }
    for (Map.Entry<WaitPlace, Sum> each : bySize()) {
      WaitPlace place = each.getKey();
      out.append(String.valueOf(each.getValue().count)).append(" @ ").append(place.kind());
      out.append(" (leaked), the oldest made ");
      out.append(GoroutineText.age(now - each.getValue().oldest)).append(" ago\n");
      if (place.label() != null) {
        out.append("# label: ").append(place.label()).append("\n");
      }
      GoroutineText.stack(place.stack(), out);
      out.append("\n");
    }
  }
}
