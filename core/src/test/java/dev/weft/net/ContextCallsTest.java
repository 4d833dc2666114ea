package dev.weft.net;

import static dev.weft.net.Bytes.MORE_THAN_FITS;
import static dev.weft.net.Bytes.assertRoundTrip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.context.CancelledException;
import dev.weft.context.Context;
import dev.weft.context.DeadlineExceededException;
import dev.weft.testing.Goroutines;
import dev.weft.testing.Running;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A cancelled context ends the calls that belong to it, and leaves the socket as it was. */
class ContextCallsTest extends ConnContract {
  private final Goroutines goroutines = new Goroutines();

  @AfterEach
  void awaitGoroutines() throws Exception {
    closeBoth();
    goroutines.close();
  }

  @Test
  void cancellingEndsAWaitingRead() throws Exception {
    try (var context = Context.background().withCancel()) {
      var view = client.withContext(context);
      var reading = goroutines.start(() -> view.read(new byte[1])).awaitBlockedIn("read");
      context.cancel();
      assertThat(reading.failure()).isInstanceOf(CancelledException.class);
    }
    assertRoundTrip(client, server);
  }

  @Test
  void cancellingEndsAWaitForInput() throws Exception {
    try (var context = Context.background().withCancel()) {
      var view = client.withContext(context);
      var waiting =
          goroutines
              .start(() -> {
                view.awaitReadable();
                return null;
              })
              .awaitBlockedIn("awaitReadable");
      context.cancel();
      assertThat(waiting.failure()).isInstanceOf(CancelledException.class);
    }
    assertRoundTrip(client, server);
  }

  @Test
  void cancellingEndsAWaitingWrite() throws Exception {
    try (var context = Context.background().withCancel()) {
      var view = client.withContext(context);
      var writing =
          goroutines
              .start(() -> {
                view.write(MORE_THAN_FITS);
                return null;
              })
              .awaitBlockedIn("write");
      context.cancel();
      assertThat(writing.failure()).isInstanceOf(CancelledException.class);
    }
    assertThat(client.isOpen()).isTrue();
  }

  @Test
  void cancellingEndsACallBehindAnotherAndLeavesThatAlone() throws Exception {
    var reading = goroutines.start(() -> client.read(new byte[1])).awaitBlockedIn("read");
    var writing = goroutines.go(() -> client.write(MORE_THAN_FITS)).awaitBlockedIn("write");
    try (var context = Context.background().withCancel()) {
      Conn view = client.withContext(context);
      List<Running<?>> queued =
          List.of(
              goroutines.start(() -> view.read(new byte[1])).awaitBlockedIn("lockRead"),
              goroutines.go(view::awaitReadable).awaitBlockedIn("lockRead"),
              goroutines.go(() -> view.write(new byte[1])).awaitBlockedIn("lockWrite"));
      context.cancel();
      for (Running<?> each : queued) {
        assertThat(each.failure()).isInstanceOf(CancelledException.class);
      }
    }
    assertThat(reading.isDone()).isFalse();
    assertThat(writing.isDone()).isFalse();
    client.close();
    assertThat(reading.failure()).isInstanceOf(ClosedChannelException.class);
    assertThat(writing.failure()).isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void aDeadlineOfTheContextEndsARead() throws Exception {
    try (var context = Context.background().withTimeout(Duration.ofMillis(20))) {
      var view = client.withContext(context);
      assertThatThrownBy(() -> view.read(new byte[1]))
          .isInstanceOf(DeadlineExceededException.class);
    }
    assertRoundTrip(client, server);
  }

  @Test
  void aCancelledContextFailsAtOnceEvenWhenBytesAreThere() throws Exception {
    server.write(new byte[] {1});
    client.awaitReadable();
    try (var context = Context.background().withCancel()) {
      context.cancel();
      var view = client.withContext(context);
      assertThatThrownBy(() -> view.read(new byte[1])).isInstanceOf(CancelledException.class);
      assertThatThrownBy(() -> view.write(new byte[1])).isInstanceOf(CancelledException.class);
    }
    assertThat(client.read(new byte[1])).isEqualTo(1);
  }

  @Test
  void callsOfOtherContextsGoOn() throws Exception {
    try (var cancelled = Context.background().withCancel();
        var other = Context.background().withCancel()) {
      var view = client.withContext(other);
      var reading = goroutines.start(() -> view.read(new byte[1])).awaitBlockedIn("read");
      var queued = goroutines.start(() -> client.withContext(cancelled).read(new byte[1]));
      cancelled.cancel();
      server.write(new byte[] {1});
      assertThat(reading.join()).isEqualTo(1);
      assertThat(queued.failure()).isInstanceOf(CancelledException.class);
    }
  }

  @Test
  void theCauseOfTheCancellationIsTold() throws Exception {
    try (var context = Context.background().withCancel()) {
      context.cancel(new IllegalStateException("shutting down"));
      assertThatThrownBy(() -> client.withContext(context).read(new byte[1]))
          .isInstanceOf(CancelledException.class)
          .hasRootCauseMessage("shutting down");
    }
  }
}
