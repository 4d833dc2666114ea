package dev.weft.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import dev.weft.Weft;
import dev.weft.chan.Chan;
import dev.weft.net.Datagram;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.net.Pipe;
import dev.weft.net.UdpConn;
import dev.weft.net.pool.ConnPool;
import dev.weft.net.pool.Lease;
import dev.weft.net.pool.PoolLimits;
import java.lang.ref.WeakReference;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

final class LeakCheckTest {
  /** Runs one test of {@link Subject}; what it failed with. */
  private static Optional<Throwable> run(String method) {
    Event finished =
        EngineTestKit.engine("junit-jupiter")
            .selectors(selectMethod(Subject.class, method))
            .execute()
            .testEvents()
            .finished()
            .stream()
            .findFirst()
            .orElseThrow();
    return finished.getRequiredPayload(TestExecutionResult.class).getThrowable();
  }

  /** Ends what the subjects have left. */
  @AfterEach
  void release() throws Exception {
    Subject.release();
  }

  @Test
  void aGoroutineThatIsLeftFailsTheTest() {
    assertThat(run("leavesAGoroutine"))
        .hasValueSatisfying(failure ->
            assertThat(failure)
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("the test leavesAGoroutine() left behind:")
                .hasMessageContaining("\"left\" [chan receive]")
                .hasMessageContaining("LeakCheckTest$Subject.waitForNothing(LeakCheckTest.java:")
                .hasMessageContaining(
                    "LeakCheckTest$Subject.leavesAGoroutine(LeakCheckTest.java:"));
  }

  @Test
  void aSocketThatIsLeftFailsTheTest() {
    assertThat(run("leavesAListener"))
        .hasValueSatisfying(failure ->
            assertThat(failure)
                .hasMessageContaining("listener tcp 127.0.0.1:")
                .hasMessageContaining("LeakCheckTest$Subject.leavesAListener(LeakCheckTest.java:")
                .hasMessageNotContaining("org.junit.")
                .hasMessageNotContaining("[chan receive]"));
  }

  @Test
  void aLeaseThatIsNotGivenBackFailsTheTest() {
    assertThat(run("keepsALease"))
        .hasValueSatisfying(failure ->
            assertThat(failure)
                .hasMessageContaining("not given back: lease of pipe ")
                .hasMessageContaining("  taken at\n")
                .hasMessageContaining("LeakCheckTest$Subject.keepsALease(LeakCheckTest.java:"));
  }

  @Test
  void aDatagramThatIsNotGivenBackFailsTheTest() {
    assertThat(run("keepsADatagram"))
        .hasValueSatisfying(failure ->
            assertThat(failure)
                .hasMessageContaining("not given back: 1 bytes from /127.0.0.1:")
                .hasMessageContaining("LeakCheckTest$Subject.keepsADatagram(LeakCheckTest.java:")
                .hasMessageNotContaining("datagrams udp"));
  }

  @Test
  void whatIsGivenBackDoesNotCount() {
    assertThat(run("givesBack")).isEmpty();
  }

  @Test
  void aGoroutineThatTheCollectorTookFailsTheTest() {
    assertThat(run("losesAGoroutine"))
        .hasValueSatisfying(failure ->
            assertThat(failure)
                .hasMessageContaining("a goroutine that waited for what could not come any more")
                .hasMessageContaining("LeakCheckTest$Subject.lose(LeakCheckTest.java:"));
  }

  @Test
  void whatEndsAMomentLaterIsWaitedFor() {
    assertThat(run("endsAMomentLater")).isEmpty();
  }

  @Test
  void whatWasThereBeforeDoesNotCount() {
    assertThat(run("leavesNothing")).isEmpty();
  }

  @Test
  void whatIsIgnoredDoesNotCount() {
    assertThat(run("leavesWhatIsIgnored")).isEmpty();
  }

  @Test
  void theFailureOfTheTestItselfIsKept() {
    assertThat(run("failsAndLeavesAGoroutine"))
        .hasValueSatisfying(failure -> assertThat(failure).hasMessage("its own failure"));
  }

  /** Not found by the build itself: nested classes are run only by name. */
  @LeakCheck(seconds = 1)
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  static final class Subject {
    private static final Chan<String> NOTHING = Chan.unbuffered();
    private static volatile Listener left;
    private static volatile Lease<String> lease;
    private static volatile Datagram datagram;

    static void release() throws Exception {
      if (lease != null) {
        lease.close();
      }
      if (datagram != null) {
        datagram.close();
      }
      while (NOTHING.trySend("the end")) {
        // One goroutine after the other.
      }
      if (left != null) {
        left.close();
      }
    }

    private static void waitForNothing() throws InterruptedException {
      NOTHING.receive();
    }

    @BeforeAll
    void before() {
      Weft.go("before", Subject::waitForNothing);
    }

    @Test
    void leavesNothing() {}

    @Test
    void leavesAGoroutine() {
      awaitParked(Weft.go("left", Subject::waitForNothing));
    }

    @Test
    void leavesAListener() throws Exception {
      left = Net.listen("tcp", "127.0.0.1:0");
    }

    @Test
    void keepsALease() throws Exception {
      Pipe pipe = Pipe.open();
      try (pipe;
          ConnPool<String> pool = new ConnPool<>((_, _) -> pipe.first(), PoolLimits.DEFAULT)) {
        lease = pool.take("target");
      }
    }

    private static Datagram receive() throws Exception {
      try (UdpConn to = Net.listenPacket("udp4", "127.0.0.1:0");
          UdpConn from = Net.listenPacket("udp4", "127.0.0.1:0")) {
        from.send(new byte[1], to.localAddress());
        return to.receive();
      }
    }

    @Test
    void keepsADatagram() throws Exception {
      datagram = receive();
    }

    @Test
    void givesBack() throws Exception {
      Pipe pipe = Pipe.open();
      try (pipe;
          ConnPool<String> pool = new ConnPool<>((_, _) -> pipe.first(), PoolLimits.DEFAULT)) {
        pool.take("target").giveBack();
        pool.take("target").close();
      }
      receive().close();
    }

    @Test
    void losesAGoroutine() throws Exception {
      WeakReference<Thread> lost = lose();
      while (!lost.refersTo(null)) {
        System.gc();
      }
    }

    private static WeakReference<Thread> lose() throws Exception {
      Chan<String> unreachable = Chan.unbuffered();
      return new WeakReference<>(awaitParked(Weft.go(unreachable::receive)));
    }

    private static Thread awaitParked(Thread goroutine) {
      while (goroutine.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      return goroutine;
    }

    @Test
    @LeakCheck(seconds = 60)
    void endsAMomentLater() throws Exception {
      CountDownLatch over = new CountDownLatch(1);
      Weft.go(over::await);
      Thread.ofPlatform().start(over::countDown);
    }

    @Test
    @LeakCheck(seconds = 1, ignoring = "dev.weft.junit.LeakCheckTest$Subject.waitForNothing")
    void leavesWhatIsIgnored() {
      awaitParked(Weft.go(Subject::waitForNothing)); // its stack tells
    }

    @Test
    void failsAndLeavesAGoroutine() {
      Weft.go(Subject::waitForNothing);
      throw new AssertionError("its own failure");
    }
  }
}
