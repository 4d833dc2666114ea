package dev.weft.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.weft.context.Context;
import dev.weft.testing.Goroutines;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Closing a connection whose stream is not complete, and what runs when a connection is closed. */
class AbortTest extends ConnContract {
  /** Unix sockets know no reset, and the defaults of the interface need an option for it. */
  private static final Set<ConnKind> CANNOT_TELL_THE_PEER = Set.of(ConnKind.UNIX, ConnKind.MINIMAL);

  @Test
  void thePeerDoesNotReadAnOrderlyEnd() throws Exception {
    assumeThat(kind).as("has a way to tell").isNotIn(CANNOT_TELL_THE_PEER);
    client.write(new byte[3]);
    assertThat(server.read(new byte[3])).isEqualTo(3);
    client.abort();
    assertThatThrownBy(() -> server.read(new byte[1])).isInstanceOf(IOException.class);
  }

  @Test
  void aViewAbortsTheConnection() throws Exception {
    assumeThat(kind).as("has a way to tell").isNotIn(CANNOT_TELL_THE_PEER);
    client.write(new byte[3]);
    assertThat(server.read(new byte[3])).isEqualTo(3);
    client.withContext(Context.background()).abort();
    assertThat(client.isOpen()).isFalse();
    assertThatThrownBy(() -> server.read(new byte[1])).isInstanceOf(IOException.class);
  }

  @Test
  void callsInProgressAndLaterOnesFailAsClosed() throws Exception {
    try (var goroutines = new Goroutines()) {
      var reader = goroutines.start(() -> client.read(new byte[1])).awaitBlockedIn("read");
      client.abort();
      assertThat(reader.failure()).isInstanceOf(ClosedChannelException.class);
    }
    assertThat(client.isOpen()).isFalse();
    assertThatThrownBy(() -> client.write(new byte[1])).isInstanceOf(ClosedChannelException.class);
    client.abort();
    client.close();
  }

  @Test
  void aClosedConnectionMayBeAborted() {
    client.close();
    client.abort();
    assertThat(client.isOpen()).isFalse();
  }

  @Test
  void actionsRunOnTheThreadThatAborts() {
    List<Thread> ran = new ArrayList<>();
    client.onClose(() -> ran.add(Thread.currentThread()));
    client.abort();
    client.close();
    assertThat(ran).containsExactly(Thread.currentThread());
  }

  @Test
  void actionsRunOnTheThreadThatCloses() {
    List<Thread> ran = new ArrayList<>();
    client.onClose(() -> ran.add(Thread.currentThread()));
    client.close();
    client.abort();
    assertThat(ran).containsExactly(Thread.currentThread());
    client.onClose(() -> ran.add(Thread.currentThread()));
    assertThat(ran).hasSize(2);
  }
}
