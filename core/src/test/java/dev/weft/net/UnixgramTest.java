package dev.weft.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.context.CancelledException;
import dev.weft.context.Context;
import dev.weft.testing.Goroutines;
import dev.weft.testing.Running;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Unix sockets for datagrams. */
@Tag("contract")
class UnixgramTest {
  @TempDir Path folder;
  private final List<UnixgramConn> all = new ArrayList<>();
  private UnixgramConn server;

  @BeforeEach
  void listen() throws IOException {
    assumeTrue(UnixSockets.areNative(), "java.nio has no Unix datagrams");
    server = opened(Net.listenUnixgram(path("server")));
  }

  private UnixgramConn opened(UnixgramConn conn) {
    all.add(conn);
    return conn;
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  @AfterEach
  void close() {
    all.forEach(UnixgramConn::close);
  }

  private static byte[] bytes(int value) {
    return ByteBuffer.allocate(4).putInt(value).array();
  }

  @Test
  void aDatagramIsAnsweredByItsSendersName() throws Exception {
    UnixgramConn client = opened(Net.listenUnixgram(path("client")));
    client.send("hello".getBytes(), server.localAddress());
    byte[] buffer = new byte[100];
    UnixReceiveResult received = server.receive(buffer);
    assertThat(new String(buffer, 0, received.length())).isEqualTo("hello");
    assertThat(received.sender()).isEqualTo(client.localAddress());
    server.send("bye".getBytes(), received.sender());
    assertThat(client.read(buffer)).isEqualTo(3);
  }

  @Test
  void aReceiverThatWaitsGetsEachDatagram() throws Exception {
    UnixgramConn client = opened(Net.dialUnixgram(path("client"), path("server")));
    try (var goroutines = new Goroutines()) {
      for (int i = 0; i < 20; i++) {
        Running<UnixReceiveResult> receiving = goroutines.start(() -> server.receive(new byte[10]));
        receiving.awaitBlockedIn("receive");
        client.write(new byte[i % 5]);
        assertThat(receiving.join().length()).isEqualTo(i % 5);
        assertThat(receiving.join().sender()).isEqualTo(client.localAddress());
      }
    }
  }

  @Test
  void namesMayBeAbstractOrTheSystems() throws Exception {
    String name = "@weft-" + System.nanoTime();
    UnixgramConn named = opened(Net.listenUnixgram(name));
    UnixgramConn first = opened(Net.listenUnixgram("@"));
    UnixgramConn second = opened(Net.dialUnixgram("@", name));
    assertThat(first.localAddress().getPath().toString()).startsWith("@").hasSizeGreaterThan(1);
    assertThat(second.localAddress()).isNotEqualTo(first.localAddress());
    second.write(new byte[3]);
    UnixReceiveResult received = named.receive(new byte[10]);
    assertThat(received).isEqualTo(new UnixReceiveResult(3, 3, second.localAddress()));
    first.send(new byte[4], UnixDomainSocketAddress.of(name));
    assertThat(named.receive(new byte[10]).sender()).isEqualTo(first.localAddress());
    named.send(new byte[1], received.sender());
    assertThat(second.read(new byte[10])).isEqualTo(1);
  }

  @Test
  void aSenderWithoutANameHasNone() throws Exception {
    UnixgramConn client = opened(Net.dialUnixgram(path("server")));
    assertThat(client.localAddress().getPath().toString()).isEmpty();
    client.write(new byte[2]);
    assertThat(server.receive(new byte[10])).isEqualTo(new UnixReceiveResult(2, 2, null));
    assertThatThrownBy(() -> server.send(new byte[1], UnixDomainSocketAddress.of("")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void closingRemovesTheFile() throws Exception {
    assertThat(folder.resolve("server")).exists();
    assertThatThrownBy(() -> Net.listenUnixgram(path("server"))).isInstanceOf(BindException.class);
    server.close();
    assertThat(folder.resolve("server")).doesNotExist();
    assertThatThrownBy(() -> Net.dialUnixgram(path("client"), path("server")))
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("no such file");
    assertThat(folder.resolve("client")).as("of the dial that failed").doesNotExist();
  }

  @Test
  void aSocketThatIsGoneRefuses() throws Exception {
    UnixgramConn client = opened(Net.dialUnixgram(path("server")));
    UnixgramConn other = opened(Net.listenUnixgram("@"));
    server.setUnlinkOnClose(false);
    server.close();
    assertThatThrownBy(() -> client.write(new byte[1])).isInstanceOf(ConnectException.class);
    assertThatThrownBy(() -> other.send(new byte[1], server.localAddress()))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("unixgram");
    assertThat(client.isOpen()).isTrue();
  }

  @Test
  void whatDoesNotFitIsLostAndTold() throws Exception {
    UnixgramConn client = opened(Net.dialUnixgram(path("server")));
    client.write(new byte[1000]);
    UnixReceiveResult received = server.receive(new byte[10]);
    assertThat(received.length()).isEqualTo(10);
    assertThat(received.size()).isEqualTo(1000);
    assertThat(received.isTruncated()).isTrue();
  }

  @Test
  void aConnectedSocketReceivesFromItsPeerOnly() throws Exception {
    UnixgramConn client = opened(Net.dialUnixgram(path("client"), path("server")));
    UnixgramConn stranger = opened(Net.listenUnixgram("@"));
    assertThatThrownBy(() -> stranger.send(new byte[1], client.localAddress()))
        .isInstanceOf(SocketException.class);
    server.send(new byte[2], client.localAddress());
    assertThat(client.read(new byte[10])).isEqualTo(2);
    assertThatThrownBy(() -> client.send(new byte[1], server.localAddress()))
        .hasMessageContaining("already connected");
    assertThatThrownBy(() -> server.write(new byte[1]))
        .hasMessageContaining("destination address required");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sendingWaitsWhileTheReceiversQueueIsFull(boolean connected) throws Exception {
    UnixgramConn client =
        opened(connected ? Net.dialUnixgram(path("server")) : Net.listenUnixgram("@"));
    int count = 3000;
    try (var goroutines = new Goroutines()) {
      Running<Void> sending =
          goroutines.go(() -> {
            for (int i = 0; i < count; i++) {
              send(client, connected, bytes(i));
            }
          });
      sending.awaitBlockedIn(connected ? "await" : "pause");
      byte[] buffer = new byte[4];
      for (int i = 0; i < count; i++) {
        assertThat(server.read(buffer)).isEqualTo(4);
        assertThat(ByteBuffer.wrap(buffer).getInt()).isEqualTo(i);
      }
    }
  }

  private void send(UnixgramConn client, boolean connected, byte[] bytes) throws IOException {
    if (connected) {
      client.write(bytes);
    } else {
      client.send(bytes, server.localAddress());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aSenderThatWaitsIsEndedByDeadlineContextAndClose(boolean connected) throws Exception {
    UnixgramConn client =
        opened(connected ? Net.dialUnixgram(path("server")) : Net.listenUnixgram("@"));
    client.setWriteDeadline(Duration.ofMillis(100));
    assertThatThrownBy(() -> flood(client, connected)).isInstanceOf(SocketTimeoutException.class);
    client.setWriteDeadline(null);
    try (var goroutines = new Goroutines();
        var context = Context.background().withCancel()) {
      Running<Void> sending = goroutines.go(() -> flood(client.withContext(context), connected));
      sending.awaitBlockedIn(connected ? "await" : "pause");
      context.cancel();
      assertThat(sending.failure()).isInstanceOf(CancelledException.class);
      Running<Void> second = goroutines.go(() -> flood(client, connected));
      second.awaitBlockedIn(connected ? "await" : "pause");
      client.close();
      assertThat(second.failure()).isInstanceOf(ClosedChannelException.class);
    }
  }

  private void flood(UnixgramConn client, boolean connected) throws IOException {
    while (true) {
      send(client, connected, new byte[1000]);
    }
  }

  @Test
  void aReceiverThatWaitsIsEndedByDeadlineAndClose() throws Exception {
    server.setReadDeadline(Duration.ofMillis(20));
    assertThatThrownBy(() -> server.read(new byte[1])).isInstanceOf(SocketTimeoutException.class);
    server.setReadDeadline(null);
    try (var goroutines = new Goroutines()) {
      Running<Integer> receiving = goroutines.start(() -> server.read(new byte[1]));
      receiving.awaitBlockedIn("receive");
      server.close();
      assertThat(receiving.failure()).isInstanceOf(ClosedChannelException.class);
    }
  }
}
