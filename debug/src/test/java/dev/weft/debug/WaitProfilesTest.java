package dev.weft.debug;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.Weft;
import dev.weft.chan.Chan;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Depends on Weft's own scheduler, which the module's tests run on. */
final class WaitProfilesTest {
  private static final String HERE = WaitProfilesTest.class.getName() + ".";

  private Debug debug;
  private final CountDownLatch until = new CountDownLatch(1);
  private final List<Thread> started = new ArrayList<>();

  @BeforeEach
  void serve() throws Exception {
    Assumptions.assumeTrue(Weft.info().fallbackBecause() == null, "waits are not observed here");
    debug = Debug.serve(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  @AfterEach
  void end() throws Exception {
    until.countDown();
    for (Thread each : started) {
      each.join();
    }
    if (debug != null) {
      debug.close();
    }
  }

  private boolean goesOn() {
    return until.getCount() > 0;
  }

  /** The first sample of this function and kind of wait, once a profile has one. */
  private ParsedProfile.Sample await(String path, String function, String wait) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (true) {
      ParsedProfile profile = new ParsedProfile(Http.bytes(debug.address(), path));
      for (ParsedProfile.Sample each : profile.samples) {
        if (each.functions().contains(HERE + function) && wait.equals(each.labels().get("wait"))) {
          return each;
        }
      }
      assertThat(System.nanoTime()).as(profile.samples.toString()).isLessThan(end);
    }
  }

  private void receive(Chan<String> channel) throws InterruptedException {
    while (channel.receive() != null) {
      // Wait for the next.
    }
  }

  private void send(Chan<String> channel) throws InterruptedException {
    while (goesOn()) {
      Weft.sleep(Duration.ofMillis(3));
      channel.send("x");
    }
    channel.close();
  }

  @Test
  void theBlockProfileNamesWhatWaits() throws Exception {
    Chan<String> channel = Chan.unbuffered();
    started.add(Weft.go(() -> send(channel)));
    started.add(Weft.go(() -> receive(channel)));
    ParsedProfile.Sample sample =
        await("/debug/pprof/block?seconds=0.3", "receive", "chan receive");
    assertThat(sample.values().get(0)).isPositive();
    assertThat(sample.values().get(1)).as("nanoseconds").isGreaterThan(100_000);
    assertThat(Http.text(debug.address(), "/debug/pprof/block?debug=1&seconds=0.1"))
        .startsWith("block profile: total ")
        .containsPattern("contentions, \\d+ us in 100 ms");
  }

  private final Object monitor = new Object();
  private final ReentrantLock lock = new ReentrantLock();

  private void enterMonitor() throws InterruptedException {
    while (goesOn()) {
      synchronized (monitor) {
        Thread.sleep(2);
      }
    }
  }

  private void takeLock() throws InterruptedException {
    while (goesOn()) {
      lock.lock();
      try {
        Thread.sleep(2);
      } finally {
        lock.unlock();
      }
    }
  }

  @Test
  void locksOfTheJdkAreInTheBlockProfileToo() throws Exception {
    for (int i = 0; i < 2; i++) {
      started.add(Weft.go(this::enterMonitor));
      started.add(Weft.go(this::takeLock));
    }
    await("/debug/pprof/block?seconds=0.3", "enterMonitor", "monitor enter");
    await("/debug/pprof/block?seconds=0.3", "takeLock", "lock");
    await("/debug/pprof/block?seconds=0.3", "takeLock", "sleep");
  }

  private void compute() {
    while (goesOn()) {
      Thread.onSpinWait();
    }
  }

  private void sleepAgain() throws InterruptedException {
    while (goesOn()) {
      Weft.sleep(Duration.ofMillis(1));
    }
  }

  /** Beside endless loops on every processor a goroutine that wakes waits until it runs. */
  @Test
  void theSchedProfileNamesWhatIsReadyAndDoesNotRun() throws Exception {
    for (int i = 0; i < Weft.stats().processors().total(); i++) {
      started.add(Weft.go(this::compute));
    }
    started.add(Weft.go(this::sleepAgain));
    ParsedProfile.Sample sample = await("/debug/pprof/sched?seconds=0.3", "sleepAgain", "sleep");
    assertThat(sample.values().get(0)).isPositive();
    assertThat(sample.values().get(1)).isPositive();
    assertThat(Http.text(debug.address(), "/debug/pprof/sched?debug=1&seconds=0.1"))
        .startsWith("sched profile: total ");
  }

  @Test
  void oneProfileOfWaitsAtATime() throws Exception {
    started.add(
        Weft.go(() -> {
          while (goesOn()) {
            Http.get(debug.address(), "/debug/pprof/block?seconds=0.1");
          }
        }));
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (Http.get(debug.address(), "/debug/pprof/sched?seconds=0.01").statusCode() != 503) {
      assertThat(System.nanoTime()).isLessThan(end);
    }
  }

  private void waitLong(Chan<String> channel) throws InterruptedException {
    channel.receive();
  }

  @Test
  void goroutinesThatAreBlockedForLongAreListedAlone() throws Exception {
    Chan<String> channel = Chan.unbuffered();
    started.add(Weft.go(() -> waitLong(channel)));
    started.add(Weft.go(this::sleepAgain));
    String path = "/debug/pprof/goroutine?debug=1&blocked=200ms";
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    String text;
    while (!(text = Http.text(debug.address(), path)).contains(HERE + "waitLong")) {
      assertThat(System.nanoTime()).as(text).isLessThan(end);
    }
    assertThat(text)
        .containsPattern("1 @ chan receive, the oldest made \\d+s ago, the longest wait");
    assertThat(Http.text(debug.address(), "/debug/pprof/goroutine?debug=1&blocked=1h"))
        .startsWith("goroutine profile: total 0\n")
        .doesNotContain("waitLong");
    assertThat(Http.get(debug.address(), "/debug/pprof/goroutine?blocked=x").statusCode())
        .isEqualTo(400);
    channel.close();
  }
}
