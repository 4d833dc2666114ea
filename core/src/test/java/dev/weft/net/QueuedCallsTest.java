package dev.weft.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.context.CancelledException;
import dev.weft.context.Context;
import dev.weft.testing.Goroutines;
import dev.weft.testing.Running;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A call that queues behind another caller of the same socket obeys its own context. */
@Tag("contract")
class QueuedCallsTest {
  /**
   * Cancels the context of a call that queues in {@code lock}, between two other calls that wait,
   * and expects that only this one ends. Returns the two.
   */
  private static List<Running<?>> assertCancellable(
      Goroutines goroutines, String lock, Callable<?> other, Function<Context, Callable<?>> call)
      throws Exception {
    try (var context = Context.background().withCancel()) {
      Running<?> before = goroutines.start(other::call).awaitBlockedIn(lock);
      Running<?> queued = goroutines.start(call.apply(context)::call).awaitBlockedIn(lock);
      Running<?> after = goroutines.start(other::call).awaitBlockedIn(lock);
      context.cancel();
      assertThat(queued.failure()).isInstanceOf(CancelledException.class);
      assertThat(before.isDone()).isFalse();
      assertThat(after.isDone()).isFalse();
      return List.of(before, after);
    }
  }

  private static void join(List<Running<?>> calls) throws Exception {
    for (Running<?> call : calls) {
      call.join();
    }
  }

  @Test
  void reads() throws Exception {
    try (var goroutines = new Goroutines();
        var pair = Loopback.connect()) {
      Conn conn = pair.client();
      List<Running<?>> others = new ArrayList<>();
      others.add(goroutines.start(() -> conn.read(new byte[1])).awaitBlockedIn("read"));
      Callable<?> read = () -> conn.read(new byte[1]);
      others.addAll(
          assertCancellable(
              goroutines,
              "lockRead",
              read,
              context -> () -> conn.withContext(context).read(new byte[1])));
      others.addAll(
          assertCancellable(
              goroutines,
              "lockRead",
              read,
              context ->
                  () -> {
                    conn.withContext(context).awaitReadable();
                    return null;
                  }));
      pair.server().write(new byte[5]);
      join(others);
    }
  }

  @Test
  void writes() throws Exception {
    try (var goroutines = new Goroutines();
        var pair = Loopback.connect()) {
      Conn conn = pair.client();
      byte[] much = new byte[16 << 20];
      List<Running<?>> others = new ArrayList<>();
      others.add(goroutines.go(() -> conn.write(much)).awaitBlockedIn("write"));
      Callable<?> write =
          () -> {
            conn.write(new byte[1]);
            return null;
          };
      others.addAll(
          assertCancellable(
              goroutines,
              "lockWrite",
              write,
              context ->
                  () -> {
                    conn.withContext(context).write(new byte[1]);
                    return null;
                  }));
      byte[] rest = new byte[1 << 16];
      for (long left = much.length + 2; left > 0; ) {
        left -= pair.server().read(rest);
      }
      join(others);
    }
  }

  @Test
  void accepts() throws Exception {
    try (var goroutines = new Goroutines();
        Listener listener = Net.listen("tcp4", "127.0.0.1:0")) {
      Callable<?> accept =
          () -> {
            listener.accept().close();
            return null;
          };
      List<Running<?>> others = new ArrayList<>();
      others.add(goroutines.start(accept::call).awaitBlockedIn("accept"));
      others.addAll(
          assertCancellable(
              goroutines,
              "lockRead",
              accept,
              context -> () -> listener.withContext(context).accept()));
      for (int i = 0; i < 3; i++) {
        Net.dial("tcp", listener.localAddress().toString().substring(1)).close();
      }
      join(others);
    }
  }

  @Test
  void receives() throws Exception {
    try (var goroutines = new Goroutines();
        UdpConn udp = Net.listenPacket("udp4", "127.0.0.1:0");
        UdpConn sender = Net.dialUdp("udp4", udp.localAddress().toString().substring(1))) {
      Callable<?> receive =
          () -> {
            udp.receive().close();
            return null;
          };
      List<Running<?>> others = new ArrayList<>();
      others.add(goroutines.start(receive::call).awaitBlockedIn("receive"));
      others.addAll(
          assertCancellable(
              goroutines,
              "lockRead",
              receive,
              context -> () -> udp.withContext(context).receive()));
      for (int i = 0; i < 3; i++) {
        sender.write(new byte[1]);
      }
      join(others);
    }
  }
}
