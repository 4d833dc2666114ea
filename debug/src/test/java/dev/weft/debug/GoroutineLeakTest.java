package dev.weft.debug;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.Weft;
import dev.weft.chan.Chan;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Depends on Weft's own scheduler and on {@code -Djdk.trackAllThreads=false}. */
final class GoroutineLeakTest {
  private static final String HERE = GoroutineLeakTest.class.getName() + ".";

  private Debug debug;

  @BeforeEach
  void serve() throws Exception {
    debug = Debug.serve(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  @AfterEach
  void close() {
    debug.close();
  }

  private String text() throws Exception {
    return Http.text(debug.address(), "/debug/pprof/goroutineleak?debug=1");
  }

  private static void receiveForEver(Chan<String> channel) throws InterruptedException {
    channel.receive();
  }

  private static void leak(int count) {
    Chan<String> channel = Chan.unbuffered();
    for (int i = 0; i < count; i++) {
      Weft.go(() -> {
        Weft.label("leaky");
        receiveForEver(channel);
      });
    }
  }

  @Test
  void goroutinesThatNothingCanWakeAreNamedWithTheirStack() throws Exception {
    int leaked = 5;
    leak(leaked);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    String text;
    while (!(text = text()).contains(leaked + " @ chan receive (leaked)")) {
      assertThat(System.nanoTime()).as(text).isLessThan(end);
    }
    assertThat(text)
        .startsWith("goroutineleak profile: total ")
        .containsPattern(
            leaked
                + " @ chan receive \\(leaked\\), the oldest made \\d+s ago\n"
                + "# label: leaky\n"
                + "(#\t.*\n)*"
                + "#\t"
                + HERE
                + "receiveForEver\tGoroutineLeakTest.java:\\d+\n");
    ParsedProfile profile =
        new ParsedProfile(Http.bytes(debug.address(), "/debug/pprof/goroutineleak"));
    assertThat(profile.types).containsExactly("goroutineleak/count");
    assertThat(profile.samples)
        .anySatisfy(sample -> {
          assertThat(sample.functions()).contains(HERE + "receiveForEver");
          assertThat(sample.values()).containsExactly((long) leaked);
          assertThat(sample.labels()).containsEntry("label", "leaky");
        });
    assertThat(Http.text(debug.address(), "/debug/pprof/goroutineleak?debug=1&seconds=0.1"))
        .as("those that leaked meanwhile")
        .doesNotContain("receiveForEver");
  }

  private static void receiveSoon(Chan<String> channel, CountDownLatch ended)
      throws InterruptedException {
    channel.receive();
    ended.countDown();
  }

  private static void awaitOn(CountDownLatch latch, CountDownLatch ended)
      throws InterruptedException {
    latch.await();
    ended.countDown();
  }

  private static void sleepOn(CountDownLatch ended) throws InterruptedException {
    Weft.sleep(Duration.ofSeconds(1));
    ended.countDown();
  }

  /** The test knows what wakes them, and not their threads. */
  @Test
  void whatCanStillBeWokenIsNotReported() throws Exception {
    Chan<String> channel = Chan.unbuffered();
    CountDownLatch latch = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(3);
    Weft.go(() -> receiveSoon(channel, ended));
    Weft.go(() -> awaitOn(latch, ended));
    Weft.go(() -> sleepOn(ended));
    for (int i = 0; i < 3; i++) {
      assertThat(text()).doesNotContain("receiveSoon", "awaitOn", "sleepOn");
    }
    channel.send("x");
    latch.countDown();
    ended.await();
  }

  /** The goroutine of the finalizer's object is unreachable, until the finalizer wakes it. */
  @Test
  void aGoroutineThatAFinalizerWakesHasNotLeaked() throws Exception {
    CountDownLatch woken = new CountDownLatch(1);
    waitForFinalizer(woken);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (woken.getCount() > 0) {
      assertThat(text()).doesNotContain("receiveFromFinalizer");
      assertThat(System.nanoTime()).isLessThan(end);
    }
    assertThat(text()).doesNotContain("receiveFromFinalizer");
  }

  private static void waitForFinalizer(CountDownLatch woken) {
    Finalized finalized = new Finalized();
    Chan<String> channel = finalized.channel;
    Weft.go(() -> receiveFromFinalizer(channel, woken));
  }

  private static void receiveFromFinalizer(Chan<String> channel, CountDownLatch woken)
      throws InterruptedException {
    channel.receive();
    woken.countDown();
  }

  private static final class Finalized {
    final Chan<String> channel = Chan.buffered(1);

    @Override
    @SuppressWarnings({"deprecation", "removal", "Finalize"})
    protected void finalize() {
      channel.trySend("x");
    }
  }
}
