package dev.weft;

import dev.weft.net.Net;
import dev.weft.net.TcpListener;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Opens and closes descriptors in a heap that is full except for a few bytes, a few more at each
 * try, so that the allocation that fails is another one each time. Prints for each kind how many
 * tries failed, and how many descriptors they left open.
 *
 * <p>Needs a heap from which a thread takes exactly what it allocates: the serial collector without
 * thread-local buffers.
 */
final class FullHeapDescriptorsProgram {
  private static final int MAX_TRIES = 64;
  private static final int SUCCESSES = 1;
  private static final int PATIENCE_MILLIS = 20_000;

  /** Memory that is given back piece by piece. */
  private static final byte @Nullable [][] SPARE = new byte[MAX_TRIES][];

  private FullHeapDescriptorsProgram() {}

  private interface Opening {
    AutoCloseable open() throws IOException;
  }

  public static void main(String[] args) throws Exception {
    Weft.go(FullHeapDescriptorsProgram::openAll).join();
    System.exit(0);
  }

  private static void openAll() throws Exception {
    try (TcpListener listener = Net.listenTcp("tcp4", "127.0.0.1:0")) {
      String address = "127.0.0.1:" + listener.localAddress().getPort();
      repeat("dial", () -> Net.dialTcp("tcp4", address));
      for (int i = 0; i < MAX_TRIES; i++) {
        Net.dialTcp("tcp4", address).close(); // The listener's queue keeps it.
      }
      repeat("accept", listener::accept);
    }
    repeat("listen", () -> Net.listenTcp("tcp4", "127.0.0.1:0"));
    repeat("udp", () -> Net.listenPacket("udp4", "127.0.0.1:0"));
  }

  private static void repeat(String kind, Opening opening) throws Exception {
    for (int i = 0; i < 3; i++) {
      isOpened(opening);
    }
    openDescriptors();
    int before = openDescriptors();
    int failed = 0;
    int succeeded = 0;
    fillSpare();
    FullHeapProgram.fill();
    for (int pieces = 0; pieces < MAX_TRIES && succeeded < SUCCESSES; pieces++) {
      for (int i = 0; i < pieces; i++) {
        SPARE[i] = null;
      }
      if (!isOpened(opening)) {
        failed++;
      } else if (failed > 0) {
        succeeded++;
      } else {
        FullHeapProgram.fill(); // The runtime has given memory back meanwhile.
      }
      fillSpare();
    }
    FullHeapProgram.letGoIn(0);
    System.out.println(kind + "Failed=" + failed);
    System.out.println(kind + "Succeeded=" + succeeded);
    int left = openDescriptors() - before;
    for (int waited = 0; left != 0 && waited < PATIENCE_MILLIS; waited += 10) {
      Weft.sleep(Duration.ofMillis(10)); // io_uring closes some in the background
      left = openDescriptors() - before;
    }
    System.out.println(kind + "Left=" + left);
  }

  private static boolean isOpened(Opening opening) throws Exception {
    try {
      opening.open().close();
      return true;
    } catch (OutOfMemoryError | LinkageError e) { // linking takes memory, too
      return false;
    }
  }

  private static int openDescriptors() throws IOException {
    int count = 0;
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path _ : all) {
        count++;
      }
    }
    return count;
  }

  private static void fillSpare() {
    try {
      for (int i = 0; i < MAX_TRIES; i++) {
        if (SPARE[i] == null) {
          SPARE[i] = new byte[48];
        }
      }
    } catch (OutOfMemoryError e) {
      // The runtime has taken some of it meanwhile.
    }
  }
}
