package dev.weft.net;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.weft.Weft;
import dev.weft.testing.ChildJvm;
import dev.weft.testing.Goroutines;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Thousands of connections, open and used at once: afterwards all is as it was before. */
@Tag("contract")
@Timeout(180)
class ManyConnectionsTest {
  private static final int IN_ONE_PROCESS = 9_000;
  private static final int ACROSS_PROCESSES = 15_000;
  private static final int SPARE_DESCRIPTORS = 500;

  /** To begin with: the first connections load classes, and grow tables that stay. */
  private static final int FEW = 1_000;

  /** What a leak of 100 bytes a connection would be, roughly; one is more like 1,000. */
  private static final long HEAP_TOLERANCE = 1 << 20;

  private final AtomicInteger present = new AtomicInteger();

  /** What must be after as it was before. */
  private record State(long descriptors, long goroutines, long heap, int timers) {
    static State now() throws Exception {
      return new State(
          system().getOpenFileDescriptorCount(),
          Weft.stats().goroutines().live(),
          heapInUse(),
          Weft.stats().timers());
    }
  }

  @Test
  void bothEndsInOneProcess() throws Exception {
    assumeDescriptors(2 * IN_ONE_PROCESS);
    useInOneProcess(FEW);
    State before = State.now();
    useInOneProcess(IN_ONE_PROCESS);
    assertAllIsAs(before);
  }

  @Test
  void theClientsInAProcessOfTheirOwn() throws Exception {
    assumeDescriptors(ACROSS_PROCESSES);
    useAcrossProcesses(FEW);
    State before = State.now();
    useAcrossProcesses(ACROSS_PROCESSES);
    assertAllIsAs(before);
  }

  private void useInOneProcess(int count) throws Exception {
    try (TcpListener listener = Net.listenTcp("tcp4", "127.0.0.1:0");
        var goroutines = new Goroutines()) {
      goroutines.go(() -> Crowd.serve(listener, present));
      Crowd crowd = Crowd.connect(Loopback.address(listener), count);
      crowd.talk();
      assertThat(present).hasValue(count);
      assertThat(system().getOpenFileDescriptorCount()).isGreaterThanOrEqualTo(2L * count);
      crowd.talk();
      crowd.leave();
      eventually("all have left", () -> present.get() == 0);
      listener.close();
    }
  }

  private void useAcrossProcesses(int count) throws Exception {
    try (TcpListener listener = Net.listenTcp("tcp4", "127.0.0.1:0");
        TcpListener control = Net.listenTcp("tcp4", "127.0.0.1:0");
        var goroutines = new Goroutines()) {
      goroutines.go(() -> Crowd.serve(listener, present));
      var watching =
          goroutines.start(() -> {
            try (Conn client = control.accept()) {
              Bytes.readFully(client, 1); // they are all here
              int most = present.get();
              client.write(new byte[] {1});
              client.read(new byte[1]); // until it ends
              return most;
            }
          });
      ChildJvm.Result result =
          ChildJvm.of(CrowdProgram.class)
              .with("-Xmx1g")
              .run(Loopback.address(listener), Integer.toString(count), Loopback.address(control));
      assertThat(result.exit()).as(result.output()).isZero();
      assertThat(watching.join()).isEqualTo(count);
      eventually("all have left", () -> present.get() == 0);
      listener.close();
    }
  }

  private static void assertAllIsAs(State before) throws Exception {
    eventually(
        "descriptors as before: " + before,
        () -> system().getOpenFileDescriptorCount() <= before.descriptors);
    eventually(
        "goroutines as before: " + before,
        () -> Weft.stats().goroutines().live() <= before.goroutines);
    eventually("timers as before: " + before, () -> Weft.stats().timers() <= before.timers);
    eventually("heap as before: " + before, () -> heapInUse() <= before.heap + HEAP_TOLERANCE);
  }

  private static void assumeDescriptors(int wanted) {
    long limit = system().getMaxFileDescriptorCount();
    assumeTrue(
        limit >= wanted + SPARE_DESCRIPTORS,
        "needs " + (wanted + SPARE_DESCRIPTORS) + " descriptors; the limit is " + limit);
  }

  private static long heapInUse() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }

  private static UnixOperatingSystemMXBean system() {
    return (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  }
}
