package dev.weft.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import org.junit.jupiter.api.Test;

class ReportTest {
  /** Of two seconds, in which every counter went up by {@code n}. */
  private static JsonObject sample(long time, long n) {
    return JsonParser.parseString(
            """
            {"time": %d,
             "process": {"pid": 42, "uptimeMillis": 3723000, "java": "25", "scheduler": "gmp",
               "poller": "epoll", "cpuNanos": %d, "heapUsed": 10485760, "heapCommitted": 20971520,
               "threads": 9},
             "scheduler": {"live": 7, "runnable": 3, "globalRunnable": 1, "timers": 5,
               "created": %d, "slices": %d, "steals": 0, "handoffs": 0, "blockingCalls": 0,
               "polls": 0, "pollWaits": 0, "pollEvents": 0,
               "systemCalls": {"read": %d, "write": 0, "epoll_wait": 7},
               "readyToRunning": [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, %d, 0, 0, 0, 1]},
             "processors": [{"id": 0, "machine": "weft-m1", "queued": 3, "timers": 5},
               {"id": 1, "machine": null, "queued": 0, "timers": 0}],
             "machines": [
               {"name": "weft-m2", "processor": null, "inGoroutine": true, "lowered": true,
                 "slices": 1, "cpuNanos": 0},
               {"name": "weft-m1", "processor": 0, "inGoroutine": true, "lowered": false,
                 "slices": %d, "cpuNanos": %d}],
             "goroutines": {"groups": [
               {"kind": "sleep", "label": null, "route": null, "count": 5, "oldestMillis": 90000, "at": "A.a (A.java:1)"},
               {"kind": "chan receive", "label": "tenant-7", "route": "GET /b", "count": 2, "oldestMillis": 95000,
                 "at": "B.b (B.java:2)"}]},
             "net": {"kinds": {"tcp listener": 1}, "states": {}},
             "pauses": {"safepoints": {"nanos": %d}, "gc": {"nanos": 0}}}
            """
                .formatted(
                    time, n * 1_000_000, n, n * 10, n * 4, n, n * 5, n * 500_000, n * 10_000))
        .getAsJsonObject();
  }

  private static String report(Sort sort, int rows) {
    return Report.of(sample(1000, 0), sample(3000, 1000), sort, rows);
  }

  @Test
  void countersAreRatesBetweenTheSamples() {
    assertThat(report(Sort.COUNT, 20))
        .contains("process 42, up 1h2m, Java 25, 2 processors, poller epoll\n")
        .contains("cpu 50%   heap 10 of 20 MiB   threads 9   safepoints 5.0 ms/s   gc 0.0 ms/s\n")
        .contains("goroutines 7   runnable 3 (global 1)   timers 5")
        .contains("ready to running p50 <=2us p99 <=2us\n")
        .contains("per second: started 500   slices 5000")
        .contains("system calls per second: read 2000   epoll_wait 0\n")
        .contains("run queues [3 0]\n")
        .contains("sockets tcp listener 1\n");
  }

  @Test
  void machinesAreSortedByTheirCpuTime() {
    assertThat(report(Sort.COUNT, 20))
        .containsSubsequence(
            "weft-m1    P0   running                    25.0       2500\n",
            "weft-m2    -    handed off, low priority    0.0          0\n");
  }

  @Test
  void groupsAreSortedAsAsked() {
    String sleeping = "       5 1m30s     sleep                  A.a (A.java:1)\n";
    String receiving =
        "       2 1m35s     chan receive           B.b (B.java:2)  tenant-7  GET /b\n";
    assertThat(report(Sort.COUNT, 20)).containsSubsequence(sleeping, receiving);
    assertThat(report(Sort.AGE, 20)).containsSubsequence(receiving, sleeping);
    assertThat(report(Sort.STATE, 20)).containsSubsequence(receiving, sleeping);
  }

  @Test
  void whatIsBeyondTheRowsIsCounted() {
    assertThat(report(Sort.COUNT, 1))
        .contains("A.a (A.java:1)\n")
        .doesNotContain("B.b", "weft-m2")
        .endsWith(" 1 more groups\n");
  }
}
