package dev.weft.debug.internal.goroutine;

import dev.weft.debug.internal.pprof.Frame;
import dev.weft.debug.internal.pprof.Profile;
import dev.weft.debug.internal.pprof.Profile.ValueType;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A dump of goroutines as a profile. */
public final class GoroutineProfile {
  private GoroutineProfile() {}

  /** One sample for each group, with the kind of wait, the label and the route as labels. */
  public static byte[] of(GoroutineGroups groups) {
    ValueType count = new ValueType("goroutine", "count");
    Profile profile =
        new Profile(List.of(count)).period(count, 1).taken(Instant.now(), Duration.ZERO);
    for (GoroutineGroups.Group group : groups.bySize()) {
      Map<String, String> labels = new LinkedHashMap<>();
      labels.put("wait", group.key().kind());
      if (group.key().label() != null) {
        labels.put("label", group.key().label());
      }
      if (group.key().route() != null) {
        labels.put("route", group.key().route());
      }
      profile.sample(group.key().stack().stream().map(Frame::of).toList(), labels, group.count());
    }
    return profile.toGzip();
  }
}
