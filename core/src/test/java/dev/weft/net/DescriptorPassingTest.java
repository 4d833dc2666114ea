package dev.weft.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.io.FileHandle;
import dev.weft.testing.ChildJvm;
import dev.weft.testing.Goroutines;
import dev.weft.testing.Running;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
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

/** Listeners, connections and files that go over a Unix connection. */
@Tag("contract")
class DescriptorPassingTest {
  @TempDir Path folder;
  private final List<AutoCloseable> all = new ArrayList<>();
  private UnixConn sender;
  private UnixConn receiver;

  @BeforeEach
  void connect() throws IOException {
    assumeTrue(UnixSockets.areNative(), "selectors pass no descriptors");
    try (UnixListener listener = UnixSockets.listen()) {
      sender = opened(Net.dialUnix(listener.localAddress().getPath().toString()));
      receiver = opened(listener.accept());
    }
  }

  private <T extends AutoCloseable> T opened(T each) {
    all.add(each);
    return each;
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : all) {
      each.close();
    }
  }

  private Descriptor receiveOne() throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(100);
    ReceivedDescriptors received = opened(receiver.receiveDescriptors(buffer));
    assertThat(received.length()).isEqualTo(1).isEqualTo(buffer.position());
    assertThat(received.descriptors()).hasSize(1);
    return received.descriptors().getFirst();
  }

  private Listener listen(String network) throws IOException {
    return opened(
        Net.listen(
            network, network.equals("unix") ? folder.resolve("socket").toString() : "127.0.0.1:0"));
  }

  private static void exchange(Conn one, Conn other) throws IOException {
    one.write(new byte[] {7});
    assertThat(other.read(new byte[10])).isEqualTo(1);
    other.write(new byte[] {8});
    assertThat(one.read(new byte[10])).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp", "unix"})
  void aListenerThatWasPassedOutlivesTheOneThatPassedIt(String network) throws Exception {
    Listener listener = listen(network);
    if (listener instanceof UnixListener unix) {
      unix.setUnlinkOnClose(false);
    }
    SocketAddress address = listener.localAddress();
    sender.sendDescriptors(new byte[1], (Passable) listener);
    listener.close();
    try (Listener received = receiveOne().toListener();
        var goroutines = new Goroutines()) {
      assertThat(received.localAddress()).isEqualTo(address);
      for (int i = 0; i < 3; i++) {
        Running<Conn> accepting = goroutines.start(received::accept);
        accepting.awaitBlockedIn("accept");
        try (Conn dialled = Net.dial(address);
            Conn accepted = accepting.join()) {
          exchange(dialled, accepted);
        }
      }
    }
  }

  @Test
  void noConnectionIsLostWhenAListenerIsPassedAndClosed() throws Exception {
    for (int i = 0; i < 50; i++) {
      Listener listener = listen("tcp");
      try (var goroutines = new Goroutines()) {
        // Over io_uring the kernel accepts for this one, until it is passed.
        Running<Conn> before = goroutines.start(listener::accept).awaitBlockedIn("accept");
        sender.sendDescriptors(new byte[1], (Passable) listener);
        Listener received = opened(receiveOne().toListener());
        listener.close();
        assertThat(before.failure()).isInstanceOf(ClosedChannelException.class);
        assertAccepts(received);
      }
    }
  }

  @Test
  void anAcceptThatWaitsEndsWhenAListenerThatWasPassedIsClosed() throws Exception {
    for (int i = 0; i < 50; i++) {
      Listener listener = listen("tcp");
      sender.sendDescriptors(new byte[1], (Passable) listener);
      Listener received = opened(receiveOne().toListener());
      try (var goroutines = new Goroutines()) {
        Running<Conn> accepting = goroutines.start(listener::accept).awaitBlockedIn("accept");
        listener.close();
        assertThat(accepting.failure()).isInstanceOf(ClosedChannelException.class);
        assertAccepts(received);
      }
    }
  }

  private static void assertAccepts(Listener listener) throws IOException {
    try (Conn dialled = Net.dial(listener.localAddress());
        Conn accepted = listener.accept()) {
      exchange(dialled, accepted);
    }
    listener.close();
  }

  @Test
  void aPassedListenerGoesOnAccepting() throws Exception {
    Listener listener = listen("tcp");
    try (var goroutines = new Goroutines()) {
      Running<Conn> waiting = goroutines.start(listener::accept).awaitBlockedIn("accept");
      sender.sendDescriptors(new byte[1], (Passable) listener);
      opened(receiveOne().toListener()).close();
      try (Conn dialled = Net.dial(listener.localAddress());
          Conn accepted = waiting.join()) {
        exchange(dialled, accepted);
      }
      waiting = goroutines.start(listener::accept).awaitBlockedIn("accept");
      try (Conn dialled = Net.dial(listener.localAddress());
          Conn accepted = waiting.join()) {
        exchange(dialled, accepted);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp", "unix"})
  void aConnectionGoesOnWhereThisProcessStopped(String network) throws Exception {
    Listener listener = listen(network);
    Conn dialled = opened(Net.dial(listener.localAddress()));
    Conn accepted = opened(listener.accept());
    try (var goroutines = new Goroutines()) {
      // Both have waited to read, so io_uring has a multishot receive and an outbox for each.
      Running<Integer> reading = goroutines.start(() -> accepted.read(new byte[10]));
      reading.awaitBlockedIn("read");
      dialled.write(new byte[1]);
      reading.join();
    }
    accepted.write(new byte[] {1});
    sender.sendDescriptors(new byte[1], (Passable) accepted);
    SocketAddress peer = accepted.remoteAddress();
    accepted.close();
    try (Conn received = receiveOne().toConn()) {
      assertThat(received.remoteAddress()).isEqualTo(peer);
      assertThat(dialled.read(new byte[10])).isEqualTo(1);
      exchange(dialled, received);
      dialled.closeWrite();
      assertThat(received.read(new byte[1])).isEqualTo(-1);
    }
    assertThat(dialled.read(new byte[1])).isEqualTo(-1);
  }

  @Test
  void aFileKeepsWhatItWasOpenedFor() throws Exception {
    Path path = Files.writeString(folder.resolve("file"), "content");
    assumeTrue(dev.weft.Weft.info().fallbackBecause() == null, "needs Weft's scheduler");
    try (FileHandle file = FileHandle.open(path)) {
      sender.sendDescriptors(new byte[1], file);
    }
    try (FileHandle received = FileHandle.of(receiveOne())) {
      byte[] content = new byte[100];
      assertThat(received.read(content)).isEqualTo(7);
      assertThat(new String(content, 0, 7)).isEqualTo("content");
      assertThat(received.path()).isEqualTo(path.toRealPath());
      assertThatThrownBy(() -> received.write(content))
          .hasMessageContaining("not opened for writing");
    }
    try (FileHandle file = FileHandle.open(path, StandardOpenOption.APPEND)) {
      sender.sendDescriptors(new byte[1], file);
    }
    try (FileHandle received = FileHandle.of(receiveOne())) {
      received.write(" and more".getBytes());
    }
    assertThat(path).hasContent("content and more");
  }

  @Test
  void eachMessageKeepsItsDescriptorsAndItsBytes() throws Exception {
    Listener listener = listen("tcp");
    Passable passed = (Passable) listener;
    sender.sendDescriptors(new byte[] {1, 2}, passed);
    sender.write(new byte[] {3});
    sender.sendDescriptors(new byte[] {4}, passed, passed, passed);
    int bytes = 0;
    List<Integer> counts = new ArrayList<>();
    while (bytes < 4) {
      ByteBuffer buffer = ByteBuffer.allocate(100);
      ReceivedDescriptors received = opened(receiver.receiveDescriptors(buffer));
      bytes += received.length();
      if (!received.descriptors().isEmpty()) {
        counts.add(received.descriptors().size());
      }
    }
    assertThat(counts).containsExactly(1, 3);
    sender.close();
    assertThat(receiver.receiveDescriptors(ByteBuffer.allocate(1)).length()).isEqualTo(-1);
  }

  @Test
  void manyBytesGoWithDescriptors() throws Exception {
    byte[] bytes = new byte[1_000_000];
    bytes[999_999] = 9;
    Listener listener = listen("tcp");
    try (var goroutines = new Goroutines()) {
      goroutines.go(() -> sender.sendDescriptors(bytes, (Passable) listener));
      ByteBuffer buffer = ByteBuffer.allocate(bytes.length);
      int descriptors = 0;
      while (buffer.hasRemaining()) {
        descriptors += opened(receiver.receiveDescriptors(buffer)).descriptors().size();
      }
      assertThat(descriptors).isEqualTo(1);
      assertThat(buffer.array()).isEqualTo(bytes);
    }
  }

  @Test
  void descriptorsThatNobodyReceivesAreClosed() throws Exception {
    Listener listener = listen("tcp");
    Conn dialled = opened(Net.dial(listener.localAddress()));
    try (Conn accepted = listener.accept()) {
      sender.sendDescriptors(new byte[1], (Passable) accepted);
    }
    dialled.setReadDeadline(Duration.ofMillis(50));
    assertThatThrownBy(() -> dialled.read(new byte[1])).hasMessageContaining("timeout");
    receiver.close();
    sender.close();
    dialled.setReadDeadline(null);
    assertThat(dialled.read(new byte[1])).isEqualTo(-1);
  }

  @Test
  void descriptorsThatAReadPassesOverAreClosed() throws Exception {
    Listener listener = listen("tcp");
    Conn dialled = opened(Net.dial(listener.localAddress()));
    try (Conn accepted = listener.accept()) {
      sender.sendDescriptors(new byte[1], (Passable) accepted);
    }
    assertThat(receiver.read(new byte[10])).isEqualTo(1);
    assertThat(dialled.read(new byte[1])).isEqualTo(-1);
  }

  @Test
  void receivedDescriptorsThatWereNotTakenAreClosedWithTheResult() throws Exception {
    Listener listener = listen("tcp");
    Conn dialled = opened(Net.dial(listener.localAddress()));
    try (Conn accepted = listener.accept()) {
      sender.sendDescriptors(new byte[1], (Passable) accepted);
    }
    try (ReceivedDescriptors received = receiver.receiveDescriptors(ByteBuffer.allocate(1))) {
      Descriptor first = received.descriptors().getFirst();
      assertThatThrownBy(first::toListener).hasMessageContaining("not a listening");
      assertThat(first.number()).as("still the descriptor's").isPositive();
      String flags =
          Files.readAllLines(Path.of("/proc/self/fdinfo/" + first.number())).get(1).split("\t")[1];
      assertThat(Integer.parseInt(flags, 8) & 0x80000).as("close-on-exec").isNotZero();
    }
    assertThat(dialled.read(new byte[1])).isEqualTo(-1);
  }

  @Test
  void onlyUnixConnectionsCanReceive() throws Exception {
    Listener listener = listen("tcp");
    assertThatThrownBy(() -> sender.sendDescriptors(new byte[0], (Passable) listener))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> sender.sendDescriptors(new byte[1]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aReceiverWaitsAndIsEndedByItsDeadline() throws Exception {
    receiver.setReadDeadline(Duration.ofMillis(50));
    assertThatThrownBy(() -> receiver.receiveDescriptors(ByteBuffer.allocate(1)))
        .hasMessageContaining("timeout");
    receiver.setReadDeadline(null);
    try (var goroutines = new Goroutines()) {
      Running<ReceivedDescriptors> receiving =
          goroutines.start(() -> receiver.receiveDescriptors(ByteBuffer.allocate(1)));
      receiving.awaitBlockedIn("receiveRights");
      sender.sendDescriptors(new byte[1], (Passable) listen("tcp"));
      assertThat(opened(receiving.join()).descriptors()).hasSize(1);
    }
  }

  @Test
  void aProcessWithoutRoomForDescriptorsHearsThatTheyWereLost() throws Exception {
    ChildJvm.Result result = ChildJvm.of(LostDescriptorsProgram.class).withDescriptors(200).run();
    assertThat(result.exit()).as(result.output()).isZero();
    assertThat(result.output()).contains("descriptors were lost");
    assertThat(result.number("kept")).as("of ten that came").isLessThan(5);
  }
}
