package dev.weft.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.Weft;
import dev.weft.context.CancelledException;
import dev.weft.context.Context;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.testing.Goroutines;
import dev.weft.testing.PipePairs;
import dev.weft.testing.Running;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Long copies between connections, which go through the kernel where the poller can do that. */
@Tag("contract")
class SpliceTest {
  /** More than all socket buffers between two ends hold. */
  private static final int MUCH = 24 * 1024 * 1024;

  @TempDir Path folder;
  private final List<Conn> all = new ArrayList<>();
  private Conn client;
  private Conn first;
  private Conn second;
  private Conn server;

  /** client - first | copied | second - server. */
  @BeforeEach
  void connect() throws IOException {
    connect("tcp", "tcp");
  }

  private void connect(String from, String to) throws IOException {
    client = pair(from);
    first = all.getLast();
    server = pair(to);
    second = all.getLast();
  }

  private Conn pair(String network) throws IOException {
    String address =
        network.equals("unix") ? folder.resolve("s" + all.size()).toString() : "127.0.0.1:0";
    try (Listener listener = Net.listen(network, address)) {
      Conn dialled = Net.dial(listener.localAddress());
      all.add(dialled);
      all.add(listener.accept());
      return dialled;
    }
  }

  @AfterEach
  void close() {
    all.forEach(Conn::close);
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static byte[] readAll(Conn conn) throws IOException {
    return conn.inputStream().readAllBytes();
  }

  private void send(Goroutines goroutines, byte[] bytes) {
    goroutines.go(() -> {
      client.write(bytes);
      client.closeWrite();
    });
  }

  /** Sends until the connection fails. */
  private Running<Void> flood(Goroutines goroutines) {
    return goroutines.go(() -> {
      try {
        client.write(new byte[MUCH]);
      } catch (IOException e) {
        assertThat(e).isNotNull(); // The test has ended the connection.
      }
    });
  }

  private static CopyException failureOf(Running<?> copying) throws Exception {
    return (CopyException) copying.failure();
  }

  @ParameterizedTest
  @CsvSource({"tcp, tcp", "tcp, unix", "unix, tcp", "unix, unix"})
  void everyByteArrivesInOrderAndIsCounted(String from, String to) throws Exception {
    connect(from, to);
    byte[] bytes = random(5_000_003);
    List<Long> progress = new ArrayList<>();
    try (var goroutines = new Goroutines()) {
      send(goroutines, bytes);
      Running<byte[]> received = goroutines.start(() -> readAll(server));
      assertThat(Copy.copy(second, first, progress::add)).isEqualTo(bytes.length);
      second.closeWrite();
      assertThat(Arrays.equals(received.join(), bytes)).isTrue();
    }
    assertThat(progress).isSorted().last().isEqualTo((long) bytes.length);
    if (!Weft.info().poller().equals("selector")) {
      assertThat(PipePairs.count()).as("pipes kept for the next splice").isPositive();
    }
  }

  @Test
  void whatWasReceivedBeforeAndWrittenBeforeComesFirst() throws Exception {
    byte[] bytes = random(3_000_000);
    try (var goroutines = new Goroutines()) {
      // Both ends have waited to read, so io_uring has a multishot receive and an outbox for each.
      Running<Integer> firstRead = goroutines.start(() -> first.read(new byte[1]));
      Running<Integer> secondRead = goroutines.start(() -> second.read(new byte[1]));
      firstRead.awaitBlockedIn("read");
      secondRead.awaitBlockedIn("read");
      client.write(new byte[1]);
      server.write(new byte[1]);
      firstRead.join();
      secondRead.join();
      send(goroutines, bytes);
      first.awaitReadable();
      goroutines.go(() -> {
        second.write(new byte[] {1, 2, 3});
        Copy.copy(second, first);
        second.closeWrite();
      });
      byte[] received = readAll(server);
      assertThat(received).startsWith(1, 2, 3);
      assertThat(Arrays.equals(received, 3, received.length, bytes, 0, bytes.length)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp", "unix"})
  void aSourceThatAlwaysHadBytesWakesItsNextReader(String network) throws Exception {
    connect(network, "tcp");
    byte[] part = random(96 * 1024); // 64 KiB go through a buffer, and show that there is more
    try (var goroutines = new Goroutines()) {
      awaitOneByte(goroutines); // so that the poller knows the socket
      for (int i = 0; i < 20; i++) {
        client.write(part);
        Copy.copyN(second, first, part.length);
        new ConnReader(server).skip(part.length);
      }
      awaitOneByte(goroutines);
    }
  }

  private void awaitOneByte(Goroutines goroutines) throws Exception {
    Running<Integer> reading = goroutines.start(() -> first.read(new byte[1]));
    reading.awaitBlockedIn("read");
    client.write(new byte[1]);
    assertThat(reading.join()).isEqualTo(1);
  }

  @Test
  void aSourceThatAlwaysHadBytesMayRunDry() throws Exception {
    int much = 4 * 1024 * 1024;
    try (var goroutines = new Goroutines()) {
      awaitOneByte(goroutines);
      ConnReader received = new ConnReader(server);
      Running<Long> copying = goroutines.start(() -> Copy.copy(second, first));
      for (int i = 0; i < 5; i++) {
        copying.awaitBlockedIn("await");
        goroutines.go(() -> client.write(new byte[much]));
        received.skip(much);
      }
      copying.awaitBlockedIn("await");
      client.closeWrite();
      assertThat(copying.join()).isEqualTo(5L * much);
    }
  }

  @Test
  void copyNLeavesWhatIsBehind() throws Exception {
    byte[] bytes = random(3_000_001);
    int count = 2_000_003;
    try (var goroutines = new Goroutines()) {
      send(goroutines, bytes);
      Running<byte[]> received = goroutines.start(() -> readAll(server));
      Copy.copyN(second, first, count);
      second.closeWrite();
      assertThat(Arrays.equals(received.join(), Arrays.copyOf(bytes, count))).isTrue();
      byte[] rest = readAll(first);
      assertThat(Arrays.equals(rest, Arrays.copyOfRange(bytes, count, bytes.length))).isTrue();
    }
  }

  @Test
  void aPeerThatStopsReadingIsMetByTheDeadlineAndTheCountIsExact() throws Exception {
    try (var goroutines = new Goroutines()) {
      flood(goroutines);
      Running<Long> copying = goroutines.start(() -> Copy.copy(second, first));
      assertThat(server.read(new byte[1])).isEqualTo(1);
      second.setWriteDeadline(Duration.ofMillis(100));
      CopyException e = failureOf(copying);
      assertThat(e).hasCauseInstanceOf(SocketTimeoutException.class);
      assertThat(e.isFromSource()).isFalse();
      second.closeWrite();
      assertThat(readAll(server)).hasSize((int) e.bytesCopied() - 1);
      first.close();
    }
  }

  @Test
  void bytesLeftOverByAFailedCopyNeverShowUpInAnother() throws Exception {
    try (var goroutines = new Goroutines()) {
      for (int i = 0; i < 3; i++) {
        flood(goroutines);
        second.setWriteDeadline(Duration.ofMillis(100));
        failureOf(goroutines.start(() -> Copy.copy(second, first)));
        first.close();
        second.close();
        connect("tcp", "tcp");
      }
    }
    everyByteArrivesInOrderAndIsCounted("tcp", "tcp");
  }

  @Test
  void aResetOfTheSourceInTheMiddleIsReportedBehindTheBytesThatCameBefore() throws Exception {
    try (var goroutines = new Goroutines()) {
      Running<Void> sending = flood(goroutines);
      Running<Long> copying = goroutines.start(() -> Copy.copy(second, first));
      server.inputStream().skipNBytes(1_000_000);
      client.setOption(StandardSocketOptions.SO_LINGER, 0);
      client.close();
      sending.join();
      Running<byte[]> rest = goroutines.start(() -> readAll(server));
      CopyException e = failureOf(copying);
      assertThat(e.isFromSource()).isTrue();
      assertThat(e).hasMessageContaining("reset by peer");
      second.closeWrite();
      assertThat(1_000_000 + rest.join().length).isEqualTo(e.bytesCopied());
    }
  }

  @Test
  void aResetOfTheDestinationInTheMiddleFailsTheWrite() throws Exception {
    try (var goroutines = new Goroutines()) {
      flood(goroutines);
      Running<Long> copying = goroutines.start(() -> Copy.copy(second, first));
      copying.awaitBlockedIn("await");
      server.setOption(StandardSocketOptions.SO_LINGER, 0);
      server.close();
      CopyException e = failureOf(copying);
      assertThat(e.isFromSource()).isFalse();
      assertThat(e.getMessage()).containsAnyOf("reset by peer", "broken pipe");
      first.close();
    }
  }

  @Test
  void anInterruptEndsACopyThatWaitsToWrite() throws Exception {
    try (var goroutines = new Goroutines()) {
      flood(goroutines);
      Running<Long> copying = goroutines.start(() -> Copy.copy(second, first));
      awaitFull(copying);
      copying.thread().interrupt();
      CopyException e = failureOf(copying);
      assertThat(e).hasCauseInstanceOf(InterruptedIOException.class);
      second.closeWrite();
      assertThat(readAll(server)).hasSize((int) e.bytesCopied());
      first.close();
    }
  }

  /** Waits until the copy waits for its destination, with a buffer or with a pipe. */
  private static void awaitFull(Running<?> copying) throws Exception {
    copying.awaitBlockedIn("write", "transferLocked");
  }

  @Test
  void closingTheDestinationEndsACopyThatWaitsToWrite() throws Exception {
    try (var goroutines = new Goroutines()) {
      flood(goroutines);
      Running<Long> copying = goroutines.start(() -> Copy.copy(second, first));
      awaitFull(copying);
      second.close();
      CopyException e = failureOf(copying);
      assertThat(e).hasCauseInstanceOf(ClosedChannelException.class);
      assertThat(e.isFromSource()).isFalse();
      assertThat(first.isOpen()).isTrue();
      first.close();
    }
  }

  @Test
  void aCancelledContextEndsACopyThatWaitsToRead() throws Exception {
    try (var goroutines = new Goroutines();
        var context = Context.background().withCancel()) {
      Running<Long> copying = goroutines.start(() -> Copy.copy(second, first.withContext(context)));
      client.write(new byte[1_000_000]);
      new ConnReader(server).skip(1_000_000);
      copying.awaitBlockedIn("await");
      context.cancel();
      assertThat(copying.failure()).isInstanceOf(CancelledException.class);
      assertThat(first.isOpen()).isTrue();
      client.write(new byte[7]);
      assertThat(first.read(new byte[10])).isEqualTo(7);
    }
  }

  @Test
  void aCancelledContextEndsACopyThatWaitsToWrite() throws Exception {
    try (var goroutines = new Goroutines();
        var context = Context.background().withCancel()) {
      flood(goroutines);
      Running<Long> copying = goroutines.start(() -> Copy.copy(second.withContext(context), first));
      awaitFull(copying);
      context.cancel();
      assertThat(copying.failure()).isInstanceOf(CancelledException.class);
      assertThat(second.isOpen()).isTrue();
      first.close();
    }
  }

  @Test
  void aCancelledContextIsADuplexFailure() throws Exception {
    try (var goroutines = new Goroutines();
        var context = Context.background().withCancel()) {
      Running<Copy.Duplex> copying =
          goroutines.start(() -> Copy.duplex(first.withContext(context), second));
      copying.awaitBlockedIn("awaitReadable");
      context.cancel();
      assertThat(copying.join().firstFailure()).hasCauseInstanceOf(CancelledException.class);
      assertThat(second.isOpen()).isFalse();
    }
  }

  @Test
  void duplexCarriesMuchBothWaysAndPassesOnTheEnds() throws Exception {
    byte[] there = random(4_000_001);
    byte[] back = random(5_000_002);
    try (var goroutines = new Goroutines()) {
      Running<Copy.Duplex> copying = goroutines.start(() -> Copy.duplex(first, second));
      send(goroutines, there);
      goroutines.go(() -> {
        server.write(back);
        server.closeWrite();
      });
      Running<byte[]> atServer = goroutines.start(() -> readAll(server));
      assertThat(Arrays.equals(readAll(client), back)).isTrue();
      assertThat(Arrays.equals(atServer.join(), there)).isTrue();
      assertThat(copying.join()).isEqualTo(new Copy.Duplex(there.length, back.length, null, null));
    }
  }

  // Files

  private FileHandle file(byte[] content) throws IOException {
    Path path = folder.resolve("content");
    Files.write(path, content);
    return FileHandle.open(path);
  }

  @Test
  void aFileIsSentFromItsPositionToItsEnd() throws Exception {
    byte[] content = random(3_000_001);
    try (var goroutines = new Goroutines();
        FileHandle file = file(content)) {
      file.seek(10);
      List<Long> progress = new ArrayList<>();
      Running<byte[]> received = goroutines.start(() -> readAll(server));
      assertThat(Copy.copy(second, file, progress::add)).isEqualTo(content.length - 10);
      second.closeWrite();
      assertThat(Arrays.equals(received.join(), Arrays.copyOfRange(content, 10, content.length)))
          .isTrue();
      assertThat(file.position()).isEqualTo(content.length);
      assertThat(progress).isSorted().last().isEqualTo((long) content.length - 10);
    }
  }

  @Test
  void aPartOfAFileIsSent() throws Exception {
    byte[] content = random(1000);
    try (FileHandle file = file(content)) {
      second.write(new byte[] {9});
      Copy.copyN(second, file, 100);
      second.closeWrite();
      assertThat(readAll(server)).hasSize(101).startsWith(9).endsWith(content[99]);
      assertThat(file.position()).isEqualTo(100);
    }
  }

  @Test
  void partsOfOneFileAreSentSideBySide() throws Exception {
    byte[] content = random(MUCH);
    try (FileHandle file = file(content);
        var goroutines = new Goroutines()) {
      file.seek(7);
      List<Long> progress = new ArrayList<>();
      // Nothing reads from the first connection, so its copy is under way during the second one.
      Running<Void> waiting =
          goroutines.go(() -> Copy.copyN(first, file, 0, content.length, bytes -> {}));
      waiting.awaitBlockedIn("copyN");
      goroutines.go(() -> {
        Copy.copyN(second, file, 100, 1_000_000, progress::add);
        second.closeWrite();
      });
      assertThat(Arrays.equals(readAll(server), Arrays.copyOfRange(content, 100, 1_000_100)))
          .isTrue();
      new ConnReader(client).skip(content.length);
      waiting.join();
      assertThat(progress).isSorted().last().isEqualTo(1_000_000L);
      assertThat(file.position()).isEqualTo(7);
    }
  }

  @Test
  void aPartBehindTheEndOfAFileIsNotThere() throws Exception {
    try (FileHandle file = file(random(1000))) {
      assertThatThrownBy(() -> Copy.copyN(second, file, 900, 101, bytes -> {}))
          .isInstanceOfSatisfying(
              CopyException.class,
              e -> {
                assertThat(e.bytesCopied()).isEqualTo(100);
                assertThat(e.isFromSource()).isTrue();
                assertThat(e).hasCauseInstanceOf(EOFException.class);
              });
      assertThatThrownBy(() -> Copy.copyN(second, file, -1, 1, bytes -> {}))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aFileThatHasToBeReadFromTheDiskIsSent() throws Exception {
    byte[] content = random(3_000_001);
    try (FileHandle file = file(content);
        var goroutines = new Goroutines()) {
      file.fsync();
      Process dropping =
          new ProcessBuilder("dd", "if=" + file.path(), "iflag=nocache", "count=0")
              .redirectErrorStream(true)
              .start();
      dropping.getInputStream().readAllBytes();
      assumeTrue(dropping.waitFor() == 0, "dd tells the kernel to forget the file's pages");
      Running<byte[]> received = goroutines.start(() -> readAll(server));
      Copy.copyN(second, file, content.length);
      second.closeWrite();
      assertThat(Arrays.equals(received.join(), content)).isTrue();
    }
  }

  @Test
  void aFileThatIsSentToAPeerWhichStopsReadingKeepsItsExactPosition() throws Exception {
    try (FileHandle file = file(random(MUCH));
        var goroutines = new Goroutines()) {
      second.setWriteDeadline(Duration.ofMillis(300));
      CopyException e = failureOf(goroutines.start(() -> Copy.copy(second, file)));
      assertThat(e).hasCauseInstanceOf(SocketTimeoutException.class);
      assertThat(e.isFromSource()).isFalse();
      assertThat(file.position()).isEqualTo(e.bytesCopied());
      second.closeWrite();
      assertThat(readAll(server)).hasSize((int) e.bytesCopied());
    }
  }

  @Test
  void aStreamIsWrittenToAFileAtItsPosition() throws Exception {
    byte[] bytes = random(3_000_001);
    Path path = folder.resolve("received");
    Files.write(path, new byte[] {1, 2, 3, 4});
    try (var goroutines = new Goroutines();
        FileHandle file = FileHandle.open(path, StandardOpenOption.WRITE)) {
      file.seek(3);
      send(goroutines, bytes);
      assertThat(Copy.copy(file, first)).isEqualTo(bytes.length);
      assertThat(file.position()).isEqualTo(3 + bytes.length);
    }
    byte[] content = Files.readAllBytes(path);
    assertThat(content).startsWith(1, 2, 3);
    assertThat(Arrays.equals(content, 3, content.length, bytes, 0, bytes.length)).isTrue();
  }

  @Test
  void aStreamIsAppendedToAFile() throws Exception {
    byte[] bytes = random(300_001);
    Path path = folder.resolve("appended");
    Files.write(path, new byte[] {1, 2, 3});
    try (var goroutines = new Goroutines();
        FileHandle file = FileHandle.open(path, StandardOpenOption.APPEND)) {
      send(goroutines, bytes);
      Copy.copyN(file, first, bytes.length);
    }
    byte[] content = Files.readAllBytes(path);
    assertThat(content).startsWith(1, 2, 3);
    assertThat(Arrays.equals(content, 3, content.length, bytes, 0, bytes.length)).isTrue();
  }

  @Test
  void aDeviceThatIsFullFailsTheWrite() throws Exception {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "no /dev/full");
    client.write(new byte[1000]);
    try (var goroutines = new Goroutines();
        FileHandle file = FileHandle.open(full, StandardOpenOption.WRITE)) {
      CopyException e = failureOf(goroutines.start(() -> Copy.copy(file, first)));
      assertThat(e.isFromSource()).isFalse();
      assertThat(e.bytesCopied()).isZero();
      assertThat(e).hasMessageContaining("no space left on device");
    }
  }

  @Test
  void aDiskThatFillsUpFailsTheWriteAndTheCountIsExact() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString()) == 0,
        "needs the right to mount a small tmpfs");
    try (var goroutines = new Goroutines()) {
      Running<Void> sending = flood(goroutines);
      Path path = disk.resolve("file");
      try (FileHandle file =
          FileHandle.open(path, StandardOpenOption.WRITE, StandardOpenOption.CREATE)) {
        CopyException e = failureOf(goroutines.start(() -> Copy.copy(file, first)));
        assertThat(e.isFromSource()).isFalse();
        assertThat(e).hasMessageContaining("no space left on device");
        assertThat(e.bytesCopied()).isEqualTo(1024 * 1024);
        assertThat(file.position()).isEqualTo(e.bytesCopied());
        assertThat(file.size()).isEqualTo(e.bytesCopied());
      }
      first.close();
      sending.join();
    } finally {
      run("umount", disk.toString());
    }
  }

  private static int run(String... command) throws Exception {
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
    } catch (IOException e) {
      return -1; // There is no such program.
    }
  }
}
