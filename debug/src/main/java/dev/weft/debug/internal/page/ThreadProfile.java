package dev.weft.debug.internal.page;

import dev.weft.debug.internal.pprof.Frame;
import dev.weft.debug.internal.pprof.Profile;
import dev.weft.debug.internal.pprof.Profile.ValueType;
import dev.weft.debug.internal.pprof.StackProfile;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The platform threads, counted by name without the number at its end, so that the threads of one
 * pool are together. The JVM does not tell which stack created a thread: for pprof the name is the
 * only frame.
 */
final class ThreadProfile implements StackProfile {
  private final Instant at = Instant.now();
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final Map<String, Integer> counts = new TreeMap<>();

  private ThreadProfile() {}

  static ThreadProfile take() {
    ThreadProfile profile = new ThreadProfile();
    for (ThreadInfo info : profile.threads.getThreadInfo(profile.threads.getAllThreadIds())) {
      if (info != null) {
        profile.counts.merge(info.getThreadName().replaceFirst("[-#]?\\d+$", ""), 1, Integer::sum);
      }
    }
    return profile;
  }

  /** Returns by how much the counts have grown since an earlier profile. */
  ThreadProfile since(ThreadProfile earlier) {
    ThreadProfile difference = new ThreadProfile();
    difference.counts.putAll(counts);
    earlier.counts.forEach((name, n) -> difference.counts.merge(name, -n, Integer::sum));
    difference.counts.values().removeIf(n -> n == 0);
    return difference;
  }

  @Override
  public byte[] toGzip() {
    Profile profile =
        new Profile(List.of(new ValueType("threadcreate", "count"))).taken(at, Duration.ZERO);
    counts.forEach((name, n) -> profile.sample(List.of(new Frame(name, "", 0)), Map.of(), n));
    return profile.toGzip();
  }

  @Override
  public void writeText(Appendable out) throws IOException {
    int total = counts.values().stream().mapToInt(n -> n).sum();
    out.append(
        String.format(
            "threadcreate profile: total %d; %d started, at most %d at a time%n",
            total, threads.getTotalStartedThreadCount(), threads.getPeakThreadCount()));
    for (Map.Entry<String, Integer> each : counts.entrySet()) {
      out.append(String.valueOf(each.getValue())).append("\t").append(each.getKey()).append("\n");
    }
  }
}
