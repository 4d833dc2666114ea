package dev.weft.net;

import static dev.weft.net.Bytes.assertRoundTrip;
import static dev.weft.net.Bytes.readFully;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.weft.Weft;
import dev.weft.context.CancelledException;
import dev.weft.context.Context;
import dev.weft.testing.Goroutines;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The names, files and peer credentials of Unix stream sockets. */
@Tag("contract")
@Timeout(180)
class UnixSocketsTest {
  @TempDir private Path folder;

  private Path path() {
    return folder.resolve("socket");
  }

  /** A peer may choose such a name, and its connection is named in logs. */
  @Test
  void controlCharactersOfNamesAreEscapedInMessages() throws IOException {
    Path forging = folder.resolve("a\nb");
    try (Listener listener = Net.listen("unix", forging.toString());
        Conn client = Net.dial("unix", forging.toString())) {
      assertThat(listener).hasToString("unix " + folder + "/a\\u000ab");
      assertThat(client).hasToString("unix @->" + folder + "/a\\u000ab");
    }
  }

  @Test
  void aPathLeadsToItsListener() throws IOException {
    try (Listener listener = Net.listen("unix", path().toString());
        Conn client = Net.dial("unix", path().toString());
        Conn server = listener.accept()) {
      assertThat(listener).isInstanceOf(UnixListener.class).hasToString("unix " + path());
      assertThat(client).hasToString("unix @->" + path());
      assertThat(server).hasToString("unix " + path() + "->@");
      assertThat(server.remoteAddress()).isEqualTo(UnixDomainSocketAddress.of(""));
      assertRoundTrip(client, server);
    }
  }

  @Test
  void itTalksToTheSocketsOfTheJdk() throws IOException {
    try (Listener listener = Net.listenUnix(path().toString());
        var client = SocketChannel.open(UnixDomainSocketAddress.of(path()));
        Conn server = listener.accept()) {
      client.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
      assertThat(readFully(server, 3)).containsExactly(1, 2, 3);
      server.write(new byte[] {4});
      ByteBuffer received = ByteBuffer.allocate(1);
      assertThat(client.read(received)).isEqualTo(1);
      assertThat(received.get(0)).isEqualTo((byte) 4);
    }
  }

  /**
   * The system tells the peer when the descriptor is closed, and nothing may end the stream before.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void unreadBytesResetThePeer(boolean closeRead) throws Exception {
    assumeThat(Weft.info().poller())
        .as("takes bytes from the system ahead")
        .isNotEqualTo("io_uring");
    try (Listener listener = Net.listenUnix(path().toString());
        var client = SocketChannel.open(UnixDomainSocketAddress.of(path()));
        var goroutines = new Goroutines()) {
      Conn server = listener.accept();
      server.setReadDeadline(Duration.ofMillis(1));
      assertThatThrownBy(server::awaitReadable).isInstanceOf(SocketTimeoutException.class);
      client.write(ByteBuffer.wrap(new byte[1]));
      if (closeRead) {
        server.closeRead();
      }
      var reading = goroutines.start(() -> client.read(ByteBuffer.allocate(1)));
      server.close();
      assertThat(reading.failure()).hasMessage("Connection reset");
    }
  }

  @Test
  void closingTheReadingSideBreaksThePipeOfThePeer() throws IOException {
    try (Listener listener = Net.listenUnix(path().toString());
        var client = SocketChannel.open(UnixDomainSocketAddress.of(path()));
        Conn server = listener.accept()) {
      server.closeRead();
      assertThatThrownBy(() -> client.write(ByteBuffer.wrap(new byte[1])))
          .hasMessage("Broken pipe");
    }
  }

  @Test
  void closingTheListenerRemovesTheFile() throws IOException {
    UnixListener listener = Net.listenUnix(path().toString());
    assertThat(path()).exists();
    listener.close();
    assertThat(path()).doesNotExist();
    Files.createFile(path());
    listener.close();
    assertThat(path()).as("made after the listener was closed").exists();
  }

  /** The file is removed first; a failure of that, here of the logger, leaves no open listener. */
  @Test
  void aListenerIsClosedAlthoughRemovingItsFileFails() throws IOException {
    UnixListener listener = Net.listenUnix(path().toString());
    Files.delete(path());
    Files.createFile(Files.createDirectory(path()).resolve("content"));
    Logger log = Logger.getLogger("dev.weft.net");
    log.setLevel(Level.FINE);
    log.setFilter(_ -> {
      throw new IllegalStateException("on purpose");
    });
    try {
      assertThatThrownBy(listener::close).hasMessage("on purpose");
    } finally {
      log.setFilter(null);
      log.setLevel(null);
    }
    assertThat(listener.isOpen()).isFalse();
  }

  @Test
  void theFileStaysWhenToldSo() throws IOException {
    try (UnixListener listener = Net.listenUnix(path().toString())) {
      listener.setUnlinkOnClose(false);
    }
    assertThat(path()).exists();
  }

  @Test
  void aNameInUseIsTold() throws IOException {
    try (UnixListener listener = Net.listenUnix(path().toString())) {
      assertThatThrownBy(() -> Net.listen(listener.localAddress()))
          .isInstanceOf(BindException.class)
          .hasMessage(
              "listen unix "
                  + path()
                  + ": address already in use (the name is taken: if no process listens there,"
                  + " remove the file)");
    }
  }

  @Test
  void aSocketThatNoProcessListensAtRefuses() throws IOException {
    try (UnixListener listener = Net.listenUnix(path().toString())) {
      listener.setUnlinkOnClose(false);
    }
    assertThatThrownBy(() -> Net.dialUnix(path().toString()))
        .isInstanceOf(ConnectException.class)
        .hasMessage("dial unix " + path() + ": connection refused");
  }

  @Test
  void aFileThatIsNotThereIsTold() {
    assertThatThrownBy(() -> Net.dial("unix", path().toString()))
        .isInstanceOf(SocketException.class)
        .hasMessage("dial unix " + path() + ": no such file or directory");
  }

  @Test
  void aNameThatIsTooLongIsRefused() {
    String name = folder.resolve("n".repeat(108)).toString();
    assertThatThrownBy(() -> Net.listenUnix(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("107 at most");
    assertThatThrownBy(() -> Net.dialUnix(name)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Net.dialUnix("")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theLongestNameFits() throws IOException {
    String prefix = folder.resolve("x").toString();
    int longest = UnixSockets.areNative() ? 107 : 100; // java.nio allows less
    assumeThat(prefix.length()).isLessThan(longest);
    String name = prefix + "n".repeat(longest - prefix.length());
    try (UnixListener listener = Net.listenUnix(name);
        Conn client = Net.dialUnix(name)) {
      assertThat(listener.localAddress()).isEqualTo(UnixDomainSocketAddress.of(name));
      assertThat(client.remoteAddress()).isEqualTo(listener.localAddress());
    }
  }

  @Test
  void anAbstractNameHasNoFile() throws IOException {
    String name = "@weft test " + ProcessHandle.current().pid();
    if (!UnixSockets.areNative()) {
      assertThatThrownBy(() -> Net.listenUnix(name))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("abstract name " + name);
      assertThatThrownBy(() -> Net.dialUnix(name))
          .isInstanceOf(UnsupportedOperationException.class);
      return;
    }
    try (UnixListener listener = Net.listenUnix(name);
        Conn client = Net.dialUnix(name);
        Conn server = listener.accept()) {
      assertThat(Path.of(name)).doesNotExist();
      assertThat(listener).hasToString("unix " + name);
      assertThat(server.localAddress()).isEqualTo(listener.localAddress());
      assertRoundTrip(client, server);
    }
    assertThatThrownBy(() -> Net.dialUnix(name)).isInstanceOf(ConnectException.class);
  }

  @Test
  void eachEndKnowsTheProcessOfTheOther() throws IOException {
    try (UnixListener listener = Net.listenUnix(path().toString());
        UnixConn client = Net.dialUnix(path().toString());
        UnixConn server = listener.accept()) {
      if (!UnixSockets.areNative()) {
        assertThatThrownBy(server::peerCredentials)
            .isInstanceOf(UnsupportedOperationException.class)
            .hasMessageContaining("poller");
        return;
      }
      int uid = (Integer) Files.getAttribute(folder, "unix:uid");
      int pid = (int) ProcessHandle.current().pid();
      assertThat(server.peerCredentials().pid()).isEqualTo(pid);
      assertThat(server.peerCredentials().uid()).isEqualTo(uid);
      assertThat(client.peerCredentials()).isEqualTo(server.peerCredentials());
    }
  }

  @Test
  void optionsAreThoseOfUnixSockets() throws IOException {
    try (UnixListener listener = Net.listenUnix(path().toString());
        UnixConn client = Net.dialUnix(path().toString())) {
      assertThat(client.supportedOptions())
          .contains(StandardSocketOptions.SO_SNDBUF)
          .doesNotContain(StandardSocketOptions.TCP_NODELAY);
      client.setOption(StandardSocketOptions.SO_SNDBUF, 10_000);
      assertThat(client.getOption(StandardSocketOptions.SO_SNDBUF)).isEqualTo(10_000);
      assertThat(listener.isOpen()).isTrue();
    }
  }

  // A full queue: the kernel refuses at once, and no event tells when there is room.

  @Test
  void aDialWaitsForAListenerWhoseQueueIsFull() throws Exception {
    assumeThat(UnixSockets.areNative()).as("java.nio takes a full queue for success").isTrue();
    List<Conn> dialled = new ArrayList<>();
    try (UnixListener listener = ListenConfig.DEFAULT.backlog(1).listenUnix(path().toString());
        var goroutines = new Goroutines()) {
      while (dialled.size() < 2) {
        dialled.add(Net.dialUnix(path().toString()));
      }
      assertThatThrownBy(() -> Net.dial("unix", path().toString(), Duration.ofMillis(20)))
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessage("dial unix " + path() + ": i/o timeout");
      var waiting =
          goroutines.start(() -> Net.dialUnix(path().toString())).awaitBlockedIn("connect");
      listener.accept().close();
      waiting.join().close();
      try (var context = Context.background().withCancel()) {
        var cancelled =
            goroutines
                .start(() -> Net.dial(context, "unix", path().toString()))
                .awaitBlockedIn("connect");
        context.cancel();
        assertThat(cancelled.failure()).isInstanceOf(CancelledException.class);
      }
    } finally {
      dialled.forEach(Conn::close);
    }
  }
}
