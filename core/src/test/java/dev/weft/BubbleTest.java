package dev.weft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.chan.Chan;
import dev.weft.context.Context;
import dev.weft.context.DeadlineExceededException;
import dev.weft.net.Conn;
import dev.weft.net.Net;
import dev.weft.net.Pipe;
import dev.weft.net.TcpListener;
import dev.weft.net.pool.ConnPool;
import dev.weft.net.pool.Lease;
import dev.weft.net.pool.PoolLimits;
import dev.weft.task.Group;
import dev.weft.testing.Goroutines;
import dev.weft.testing.Running;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Time in a bubble: it jumps when all wait, and only then. Real hours would end these tests. */
@Tag("contract")
@Timeout(180)
class BubbleTest {
  private static final Duration HOUR = Duration.ofHours(1);

  @BeforeEach
  void needsOurScheduler() {
    assumeTrue(
        Weft.info().fallbackBecause() == null, "bubbles need Weft's own scheduler: --add-opens");
  }

  private static Duration since(Instant began) {
    return Duration.between(began, Bubble.now());
  }

  @Test
  void sleepTakesExactlyItsTimeAndNoRealOne() throws Exception {
    Bubble.run(() -> {
      Instant began = Bubble.now();
      Weft.sleep(HOUR);
      assertThat(since(began)).isEqualTo(HOUR);
    });
  }

  @Test
  void goroutinesWakeInTheOrderOfTheirTimes() throws Exception {
    List<Integer> woken = new ArrayList<>();
    Bubble.run(() -> {
      try (var group = Group.under(Context.background())) {
        for (int hours : new int[] {3, 1, 2}) {
          group.go(() -> {
            Weft.sleep(HOUR.multipliedBy(hours));
            woken.add(hours);
          });
        }
        group.join();
      }
    });
    assertThat(woken).containsExactly(1, 2, 3);
  }

  @Test
  void timeStandsStillWhileAGoroutineRuns() throws Exception {
    Bubble.run(() -> {
      Instant began = Bubble.now();
      long end = System.nanoTime() + 20_000_000;
      AtomicBoolean slept = new AtomicBoolean();
      Weft.go(() -> {
        Weft.sleep(Duration.ofMillis(1));
        slept.set(true);
      });
      while (System.nanoTime() - end < 0) {
        Weft.yield();
      }
      assertThat(slept).isFalse();
      assertThat(Bubble.now()).isEqualTo(began);
      Weft.sleep(Duration.ofMillis(2));
      assertThat(slept).isTrue();
    });
  }

  @Test
  void deadlinesOfConnectionsAndContextsAreInTheBubblesTime() throws Exception {
    Bubble.run(() -> {
      Instant began = Bubble.now();
      try (Pipe pipe = Pipe.open(1);
          var context = Context.background().withTimeout(HOUR.multipliedBy(3))) {
        pipe.first().setReadDeadline(HOUR);
        assertThatThrownBy(() -> pipe.first().read(new byte[1]))
            .isInstanceOf(SocketTimeoutException.class);
        assertThat(since(began)).isEqualTo(HOUR);
        pipe.first().setWriteDeadline(HOUR);
        assertThatThrownBy(() -> pipe.first().write(new byte[2]))
            .isInstanceOf(SocketTimeoutException.class);
        assertThat(since(began)).isEqualTo(HOUR.multipliedBy(2));
        assertThat(context.deadline()).isEqualTo(began.plus(HOUR.multipliedBy(3)));
        assertThatThrownBy(() -> pipe.second().withContext(context).write(new byte[2]))
            .isInstanceOf(DeadlineExceededException.class);
        assertThat(since(began)).isEqualTo(HOUR.multipliedBy(3));
      }
    });
  }

  @Test
  void channelsWaitInTheBubblesTime() throws Exception {
    Bubble.run(() -> {
      Instant began = Bubble.now();
      Chan<Integer> empty = Chan.unbuffered();
      assertThatThrownBy(() -> empty.receive(HOUR)).isInstanceOf(TimeoutException.class);
      assertThat(Chan.after(HOUR).receive()).isEqualTo(began.plus(HOUR.multipliedBy(2)));
      var tick = Chan.tick(HOUR);
      tick.receive();
      tick.receive();
      assertThat(since(began)).isEqualTo(HOUR.multipliedBy(4));
    });
  }

  @Test
  void aPoolsTimesAreTheBubbles() throws Exception {
    Bubble.run(() -> {
      List<Pipe> opened = new ArrayList<>();
      try (var pool =
          new ConnPool<String>(
              (target, remaining) -> {
                opened.add(Pipe.open());
                return opened.getLast().first();
              },
              PoolLimits.DEFAULT.withMaxTotal(1).withIdleTimeout(HOUR))) {
        Instant began = Bubble.now();
        try (Lease<String> lease = pool.take("db", HOUR)) {
          assertThatThrownBy(() -> pool.take("db", HOUR))
              .isInstanceOf(SocketTimeoutException.class);
          assertThat(since(began)).isEqualTo(HOUR);
          lease.giveBack();
        }
        Weft.sleep(HOUR.multipliedBy(2));
        assertThat(opened.getFirst().first().isOpen()).isFalse();
      }
      opened.forEach(Pipe::close);
    });
  }

  @Test
  void settlingWaitsForTheOthersAndForNoTime() throws Exception {
    Bubble.run(() -> {
      Instant began = Bubble.now();
      AtomicBoolean done = new AtomicBoolean();
      Thread other =
          Weft.go(() -> {
            for (int i = 0; i < 100; i++) {
              Weft.yield();
            }
            done.set(true);
            Weft.sleep(HOUR);
          });
      Bubble.settle();
      assertThat(done).isTrue();
      assertThat(Bubble.now()).isEqualTo(began);
      other.join();
      assertThat(since(began)).isEqualTo(HOUR);
    });
  }

  @Test
  void virtualThreadsOfTheJdkAreInside() throws Exception {
    Bubble.run(() -> {
      Instant began = Bubble.now();
      Thread thread =
          Thread.startVirtualThread(() -> {
            try {
              Weft.sleep(HOUR);
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          });
      thread.join();
      assertThat(since(began)).isEqualTo(HOUR);
    });
  }

  @Test
  void aRealSleepHoldsTheTime() throws Exception {
    Bubble.run(() -> {
      Instant began = Bubble.now();
      Thread hours = Weft.go(() -> Weft.sleep(HOUR));
      Thread.sleep(20);
      assertThat(Bubble.now()).isEqualTo(began);
      hours.join();
    });
  }

  @Test
  void aRealSocketHoldsTheTime() throws Exception {
    try (TcpListener listener = Net.listenTcp("tcp4", "127.0.0.1:0");
        Conn client = Net.dial(listener.localAddress());
        Conn server = listener.accept();
        var outside = new Goroutines()) {
      CountDownLatch reads = new CountDownLatch(1);
      outside.go(() -> {
        reads.await();
        Thread.sleep(20);
        client.write(new byte[1]);
      });
      Bubble.run(() -> {
        Instant began = Bubble.now();
        Thread hours = Weft.go(() -> Weft.sleep(HOUR));
        reads.countDown();
        assertThat(server.read(new byte[1])).isEqualTo(1);
        assertThat(Bubble.now()).isEqualTo(began);
        hours.join();
      });
    }
  }

  @Test
  void aMonitorThatBecomesFreeIsTakenBeforeTimeMoves() throws Exception {
    Bubble.run(() -> {
      Object monitor = new Object();
      for (int i = 0; i < 100; i++) {
        Instant began = Bubble.now();
        List<Instant> entered = new ArrayList<>();
        Thread other;
        synchronized (monitor) {
          other =
              Weft.go(() -> {
                synchronized (monitor) {
                  entered.add(Bubble.now());
                }
              });
          Weft.yield();
        }
        Weft.sleep(HOUR);
        other.join();
        assertThat(entered).containsExactly(began);
      }
    });
  }

  @Test
  void aGoroutineThatSleepsInAMonitorGoesOn() throws Exception {
    Bubble.run(() -> {
      Object monitor = new Object();
      Instant began = Bubble.now();
      Thread holder =
          Weft.go(() -> {
            synchronized (monitor) {
              Weft.sleep(HOUR);
            }
          });
      Bubble.settle();
      synchronized (monitor) {
        assertThat(since(began)).isEqualTo(HOUR);
      }
      holder.join();
    });
  }

  @Test
  void aDeadlockIsReportedWithItsGoroutines() {
    assertThatThrownBy(() ->
            Bubble.run(() -> {
              Chan<Integer> nothing = Chan.unbuffered();
              Thread other = Weft.go("the other", () -> nothing.receive());
              other.join();
            }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("deadlock")
        .hasMessageContaining("the other")
        .hasMessageContaining("chan receive")
        .hasMessageContaining("BubbleTest");
  }

  @Test
  void goroutinesThatAreLeftAreReportedAndInterrupted() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    assertThatThrownBy(() ->
            Bubble.run(() ->
                Weft.go(
                    "left over",
                    () -> {
                      try {
                        Weft.sleep(HOUR);
                      } catch (InterruptedException e) {
                        interrupted.countDown();
                      }
                    })))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("left over");
    interrupted.await();
  }

  @Test
  void goroutinesMayEndAfterTheBody() throws Exception {
    AtomicBoolean ended = new AtomicBoolean();
    Bubble.run(() ->
        Weft.go(() -> {
          Weft.yield();
          ended.set(true);
        }));
    assertThat(ended).isTrue();
  }

  @Test
  void theBodysFailureIsTheBubbles() {
    var failure = new IOException("of the body");
    assertThatThrownBy(() ->
            Bubble.run(() -> {
              Weft.go(() -> Weft.sleep(HOUR));
              throw failure;
            }))
        .isSameAs(failure);
    assertThatThrownBy(() -> Bubble.run(() -> assertThat(1).isEqualTo(2)))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void anInterruptOfTheCallerEndsTheBubble() throws Exception {
    try (var threads = new Goroutines(Thread.ofPlatform().factory())) {
      CountDownLatch inside = new CountDownLatch(1);
      AtomicBoolean wasInterrupted = new AtomicBoolean();
      Running<Void> caller =
          threads.go(() ->
              Bubble.run(() -> {
                inside.countDown();
                try {
                  while (true) {
                    Thread.sleep(1000);
                  }
                } catch (InterruptedException e) {
                  wasInterrupted.set(true);
                }
              }));
      inside.await();
      caller.thread().interrupt();
      assertThat(caller.failure()).isInstanceOf(InterruptedException.class);
      assertThat(wasInterrupted).isTrue();
    }
  }

  @Test
  void aBubbleMayBeCalledByAGoroutine() throws Exception {
    try (var goroutines = new Goroutines()) {
      for (int i = 0; i < 20; i++) {
        goroutines.go(() -> Bubble.run(() -> Weft.sleep(HOUR)));
      }
    }
  }

  @Test
  void bubblesDoNotNest() throws Exception {
    Bubble.run(() ->
        assertThatThrownBy(() -> Bubble.run(() -> {})).isInstanceOf(IllegalStateException.class));
    assertThatThrownBy(Bubble::settle).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aParkedThreadThatIsUnparkedLaterDoesNotGetLost() throws Exception {
    AtomicBoolean goesOn = new AtomicBoolean();
    CountDownLatch parked = new CountDownLatch(1);
    Thread[] stubborn = new Thread[1];
    assertThatThrownBy(() ->
            Bubble.run(() ->
                stubborn[0] =
                    Weft.go(() -> {
                      parked.countDown();
                      while (!goesOn.get()) {
                        LockSupport.park();
                        Thread.interrupted();
                      }
                    })))
        .hasMessageContaining("left");
    goesOn.set(true);
    LockSupport.unpark(stubborn[0]);
    assertThat(stubborn[0].join(Duration.ofSeconds(50))).isTrue();
  }
}
