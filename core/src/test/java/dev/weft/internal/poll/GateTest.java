package dev.weft.internal.poll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.Goroutines;
import dev.weft.testing.Running;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class GateTest {
  private final Gate gate = new Gate();
  private final Thread me = Thread.currentThread();

  @Test
  void aSignalIsTakenOnce() {
    assertThat(gate.consume()).isFalse();
    gate.signal();
    gate.signal();
    assertThat(gate.consume()).isTrue();
    assertThat(gate.consume()).isFalse();
  }

  @Test
  void aSignalPreventsEntering() {
    gate.signal();
    assertThat(gate.enter(me)).isFalse();
    assertThat(gate.isWaiting(me)).isFalse();
    assertThat(gate.consume()).as("the signal stays").isTrue();
  }

  @Test
  void onlyOneEnters() {
    assertThat(gate.enter(me)).isTrue();
    assertThat(gate.enter(new Thread())).isFalse();
    assertThat(gate.isWaiting(me)).isTrue();
  }

  @Test
  void aSignalEndsTheWaitAndStays() {
    assertThat(gate.enter(me)).isTrue();
    gate.signal();
    assertThat(gate.isWaiting(me)).isFalse();
    assertThat(gate.leave(me)).isFalse();
    assertThat(gate.consume()).isTrue();
  }

  @Test
  void leavingResetsTheGate() {
    assertThat(gate.enter(me)).isTrue();
    assertThat(gate.leave(me)).isTrue();
    assertThat(gate.isWaiting(me)).isFalse();
    assertThat(gate.leave(me)).isFalse();
    assertThat(gate.consume()).isFalse();
    assertThat(gate.enter(me)).isTrue();
  }

  @Test
  void anEvictionEndsTheWaitWithoutASignal() {
    assertThat(gate.enter(me)).isTrue();
    gate.evict();
    assertThat(gate.isWaiting(me)).isFalse();
    assertThat(gate.leave(me)).isFalse();
    assertThat(gate.consume()).isFalse();
  }

  @Test
  void anEvictionTakesNoSignalAway() {
    gate.signal();
    gate.evict();
    assertThat(gate.consume()).isTrue();
  }

  @Test
  void aWaiterIsNotMistakenForASignal() {
    assertThat(gate.enter(me)).isTrue();
    assertThat(gate.consume()).isFalse();
    assertThat(gate.isWaiting(me)).isTrue();
  }

  @Test
  void aSignalWakes() throws Exception {
    try (var goroutines = new Goroutines()) {
      Running<?> waiter = goroutines.go(this::pass).awaitBlockedIn("pass");
      gate.signal();
      waiter.join();
    }
  }

  @Test
  void anEvictionWakes() throws Exception {
    try (var goroutines = new Goroutines()) {
      Running<?> waiter = goroutines.go(this::pass).awaitBlockedIn("pass");
      gate.evict();
      waiter.join();
    }
  }

  private void pass() {
    Thread caller = Thread.currentThread();
    assertThat(gate.enter(caller)).isTrue();
    while (gate.isWaiting(caller)) {
      LockSupport.park(this);
    }
  }
}
