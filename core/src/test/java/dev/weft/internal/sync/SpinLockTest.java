package dev.weft.internal.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.ChildJvm;
import dev.weft.testing.Goroutines;
import dev.weft.testing.Running;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class SpinLockTest {
  @Test
  void takingALockNeedsNoMemoryHoweverOftenItIsTaken() throws Exception {
    var result =
        ChildJvm.of(FullHeapLockProgram.class)
            .with("-Xmx32m", "-Xint", "-XX:+UseSerialGC", "-XX:-UseTLAB")
            .run();
    assertThat(result.output()).contains("failed=0\n");
  }

  /** A timed wait arms its timer under such a lock after it has looked whether it is over. */
  @Test
  void waitingForALockKeepsThePermitOfAnUnpark() throws Exception {
    SpinLock lock = new SpinLock() {};
    for (Thread.Builder kind : List.of(Thread.ofPlatform(), Thread.ofVirtual())) {
      try (var threads = new Goroutines(kind.factory())) {
        lock.lock();
        Running<Void> waiting =
            threads.go(() -> {
              LockSupport.unpark(Thread.currentThread());
              lock.lock();
              lock.unlock();
              LockSupport.park();
            });
        waiting.awaitBlockedIn("lockPatiently");
        lock.unlock();
        waiting.join();
      }
    }
  }
}
