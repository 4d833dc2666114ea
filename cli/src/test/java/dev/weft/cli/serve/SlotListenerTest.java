package dev.weft.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.Weft;
import dev.weft.context.CancelledException;
import dev.weft.context.Context;
import dev.weft.net.Conn;
import dev.weft.net.FilterListener;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.reflect.Proxy;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What ends the wait for a slot, and that no slot is lost. */
@Timeout(120)
class SlotListenerTest {
  private final Slots slots = new Slots(1);
  private Listener inner;
  private SlotListener listener;

  @BeforeEach
  void listen() throws IOException {
    inner = Net.listen("tcp", "127.0.0.1:0");
    listener = new SlotListener(inner, slots);
  }

  @AfterEach
  void close() {
    listener.close();
  }

  /** Runs a call in a goroutine, until it waits for a slot. */
  private static final class Waiting {
    private final FutureTask<Conn> result;
    private final Thread thread;

    Waiting(Callable<Conn> accept) throws Exception {
      result = new FutureTask<>(accept);
      thread = Weft.go(result::run);
      while (!isInAcquire(thread)) {
        Thread.sleep(1);
      }
    }

    private static boolean isInAcquire(Thread thread) {
      for (StackTraceElement frame : thread.getStackTrace()) {
        if (frame.getMethodName().equals("acquire")) {
          return thread.getState() == Thread.State.WAITING
              || thread.getState() == Thread.State.TIMED_WAITING;
        }
      }
      return false;
    }

    Conn conn() throws Exception {
      return result.get();
    }

    void assertFails(Class<? extends Exception> type) {
      assertThatThrownBy(result::get).hasCauseInstanceOf(type);
    }
  }

  private Conn dial() throws IOException {
    return Net.dial(inner.localAddress());
  }

  @Test
  void aConnectionThatIsClosedFreesItsSlotForTheNext() throws Exception {
    try (Conn first = dial();
        Conn second = dial()) {
      Conn accepted = listener.accept();
      Waiting waiting = new Waiting(listener::accept);
      accepted.close();
      accepted.close(); // frees it once
      waiting.conn().close();
      assertThat(slots.free()).isEqualTo(1);
    }
  }

  @Test
  void theWaitForASlotEndsWithTheListenerItsContextItsDeadlineAndAnInterrupt() throws Exception {
    try (Conn client = dial();
        Conn accepted = listener.accept();
        var context = Context.background().withCancel()) {
      Waiting cancelled = new Waiting(listener.withContext(context)::accept);
      context.cancel();
      cancelled.assertFails(CancelledException.class);

      Waiting interrupted = new Waiting(listener::accept);
      interrupted.thread.interrupt();
      interrupted.assertFails(InterruptedIOException.class);

      Waiting late = new Waiting(listener::accept);
      listener.setDeadline(Duration.ZERO);
      late.assertFails(SocketTimeoutException.class);
      listener.setDeadline(Duration.ofDays(1));

      Waiting closed = new Waiting(listener::accept);
      listener.close();
      closed.assertFails(ClosedChannelException.class);
      assertThat(slots.free()).isZero();
    }
    assertThat(slots.free()).isEqualTo(1);
  }

  @Test
  void aDeadlineThatIsMovedHoldsForACallThatWaits() throws Exception {
    try (Conn client = dial();
        Conn second = dial()) {
      Conn accepted = listener.accept();
      listener.setDeadline(Duration.ofDays(1));
      Waiting waiting = new Waiting(listener::accept);
      listener.setDeadline(null);
      accepted.close();
      waiting.conn().close();
    }
  }

  @Test
  void anAcceptThatFailsGivesItsSlotBack() throws Exception {
    listener.setDeadline(Duration.ZERO);
    assertThatThrownBy(listener::accept).isInstanceOf(SocketTimeoutException.class);
    assertThat(slots.free()).isEqualTo(1);
  }

  /** A listener whose connections take no action for their end. */
  private static final class WithoutMemory extends FilterListener {
    WithoutMemory(Listener listener) {
      super(listener);
    }

    @Override
    public Conn accept() throws IOException {
      Conn conn = listener.accept();
      return (Conn)
          Proxy.newProxyInstance(
              Conn.class.getClassLoader(),
              new Class<?>[] {Conn.class},
              (proxy, method, arguments) -> {
                if (method.getName().equals("onClose")) {
                  throw new OutOfMemoryError("on purpose");
                }
                return method.invoke(conn, arguments);
              });
    }

    @Override
    public Listener withContext(Context context) {
      return listener.withContext(context);
    }
  }

  @Test
  void aConnectionThatCannotHoldASlotIsClosedAndTheSlotIsFree() throws Exception {
    try (Conn client = dial()) {
      assertThatThrownBy(new SlotListener(new WithoutMemory(inner), slots)::accept)
          .isInstanceOf(OutOfMemoryError.class);
      assertThat(slots.free()).isEqualTo(1);
      assertThat(client.read(new byte[1])).isEqualTo(-1);
    }
  }

  @Test
  void listenersThatShareSlotsTakeTurns() throws Exception {
    try (Listener otherInner = Net.listen("tcp", "127.0.0.1:0");
        SlotListener other = new SlotListener(otherInner, slots);
        Conn client = dial();
        Conn ofOther = Net.dial(otherInner.localAddress())) {
      Conn accepted = listener.accept();
      Waiting waiting = new Waiting(other::accept);
      accepted.close();
      Conn second = waiting.conn();
      assertThat(slots.free()).isZero();
      second.close();
      assertThat(slots.free()).isEqualTo(1);
    }
  }
}
