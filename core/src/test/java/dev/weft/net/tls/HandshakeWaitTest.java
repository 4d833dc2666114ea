package dev.weft.net.tls;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.context.CancellableContext;
import dev.weft.context.CancelledException;
import dev.weft.context.Context;
import dev.weft.context.DeadlineExceededException;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.net.Pipe;
import dev.weft.testing.Goroutines;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How the wait of one connection for its turn ends, and what it leaves with the connection. */
@Tag("contract")
@Timeout(180)
class HandshakeWaitTest {
  private static final int MANY = 200;

  private enum Kind {
    PIPE {
      @Override
      Conn open() throws IOException {
        return Pipe.open().first();
      }
    },
    TCP {
      @Override
      Conn open() throws IOException {
        try (Listener listener = Net.listen("tcp", "127.0.0.1:0")) {
          return Net.dial(listener.localAddress());
        }
      }
    };

    abstract Conn open() throws IOException;
  }

  /** The same connection; counts the actions that are registered with it. */
  private static Conn counting(Conn conn, AtomicInteger actions) {
    return (Conn)
        Proxy.newProxyInstance(
            Conn.class.getClassLoader(),
            new Class<?>[] {Conn.class},
            (_, method, arguments) -> {
              if (method.getName().equals("onClose")) {
                actions.incrementAndGet();
              }
              try {
                return method.invoke(conn, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** Turns of which none is free. */
  private static HandshakeTurns taken(Conn conn) throws IOException {
    HandshakeTurns turns = new HandshakeTurns(1);
    turns.new Turn(conn).take(Context.background());
    return turns;
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void manyWaitsOfAConnectionRegisterOneAction(Kind kind) throws Exception {
    AtomicInteger actions = new AtomicInteger();
    HandshakeTurns turns = new HandshakeTurns(1);
    try (Conn conn = counting(kind.open(), actions);
        Goroutines goroutines = new Goroutines()) {
      HandshakeTurns.Turn holder = turns.new Turn(conn);
      HandshakeTurns.Turn waiting = turns.new Turn(conn);
      for (int i = 0; i < MANY; i++) {
        holder.take(Context.background());
        var waits = goroutines.start(() -> waiting.take(Context.background()));
        eventually("it waits", () -> turns.waiting() == 1);
        holder.give();
        assertThat(waits.join()).as("whether it had to wait").isTrue();
        waiting.give();
      }
    }
    assertThat(actions).hasValue(1);
    assertThat(turns.free()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aConnectionThatNeverWaitsRegistersNone(Kind kind) throws Exception {
    AtomicInteger actions = new AtomicInteger();
    try (Conn conn = counting(kind.open(), actions)) {
      HandshakeTurns.Turn turn = new HandshakeTurns(1).new Turn(conn);
      assertThat(turn.take(Context.background())).isFalse();
      turn.give();
      assertThat(turn.take(Context.background())).isFalse();
    }
    assertThat(actions).hasValue(0);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void closingEndsAWait(Kind kind) throws Exception {
    try (Conn conn = kind.open();
        Goroutines goroutines = new Goroutines()) {
      HandshakeTurns turns = taken(conn);
      HandshakeTurns.Turn turn = turns.new Turn(conn);
      var waits = goroutines.start(() -> turn.take(Context.background()));
      waits.awaitBlockedIn("receive");
      conn.close();
      assertThat(waits.failure()).isInstanceOf(ClosedChannelException.class);
      assertThat(turns.waiting()).isZero();
      assertThatThrownBy(() -> turn.take(Context.background()))
          .isInstanceOf(ClosedChannelException.class);
    }
  }

  /** The first wait has registered the action; a later one must see that it has run. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void closingBetweenTwoWaitsFailsTheSecond(Kind kind) throws Exception {
    try (Conn conn = kind.open()) {
      HandshakeTurns turns = taken(conn);
      HandshakeTurns.Turn turn = turns.new Turn(conn);
      try (CancellableContext context = Context.background().withCancel()) {
        context.cancel();
        assertThatThrownBy(() -> turn.take(context)).isInstanceOf(CancelledException.class);
      }
      conn.close();
      assertThatThrownBy(() -> turn.take(Context.background()))
          .isInstanceOf(ClosedChannelException.class);
      assertThat(turns.waiting()).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void closingAtAnyPointEndsAWait(Kind kind) throws Exception {
    for (int i = 0; i < MANY; i++) {
      try (Conn conn = kind.open();
          Goroutines goroutines = new Goroutines()) {
        HandshakeTurns turns = taken(conn);
        HandshakeTurns.Turn turn = turns.new Turn(conn);
        var waits = goroutines.start(() -> turn.take(Context.background()));
        goroutines.go(conn::close);
        assertThat(waits.failure()).isInstanceOf(ClosedChannelException.class);
        assertThat(turns.waiting()).isZero();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void anInterruptEndsAWaitAndTheNextCallWaitsAgain(Kind kind) throws Exception {
    try (Conn conn = kind.open();
        Goroutines goroutines = new Goroutines()) {
      HandshakeTurns turns = new HandshakeTurns(1);
      HandshakeTurns.Turn holder = turns.new Turn(conn);
      holder.take(Context.background());
      HandshakeTurns.Turn turn = turns.new Turn(conn);
      var interrupted = goroutines.start(() -> turn.take(Context.background()));
      interrupted.awaitBlockedIn("receive").thread().interrupt();
      assertThat(interrupted.failure()).isInstanceOf(InterruptedIOException.class);
      assertThat(turns.waiting()).isZero();
      var waits = goroutines.start(() -> turn.take(Context.background()));
      waits.awaitBlockedIn("receive");
      holder.give();
      assertThat(waits.join()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aContextEndsAWaitByItsDeadlineAndByItsCancellation(Kind kind) throws Exception {
    try (Conn conn = kind.open();
        Goroutines goroutines = new Goroutines()) {
      HandshakeTurns turns = taken(conn);
      HandshakeTurns.Turn turn = turns.new Turn(conn);
      try (CancellableContext context = Context.background().withTimeout(Duration.ofMillis(1))) {
        assertThatThrownBy(() -> turn.take(context)).isInstanceOf(DeadlineExceededException.class);
      }
      assertThat(turn.isWaiting()).isTrue();
      turn.begin();
      try (CancellableContext context = Context.background().withCancel()) {
        var cancelled = goroutines.start(() -> turn.take(context));
        cancelled.awaitBlockedIn("receive");
        context.cancel();
        assertThat(cancelled.failure()).isInstanceOf(CancelledException.class);
      }
      assertThat(turns.waiting()).isZero();
      assertThat(conn.isOpen()).isTrue();
    }
  }
}
