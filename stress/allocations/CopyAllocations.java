import com.sun.management.ThreadMXBean;
import dev.weft.Weft;
import dev.weft.io.Copy;
import dev.weft.io.FileHandle;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Bytes of heap that a copy of a mebibyte allocates, on each path: {@code CopyAllocations}. The copying thread is a
 * platform thread, for which the JVM counts them. What is not compiled yet allocates memory segments; so each copy is
 * repeated until three in a row allocate nothing, and fails when that does not happen.
 */
public final class CopyAllocations {
  private static final int BYTES = 1 << 20;
  private static final int MAX_COPIES = 20_000;
  private static final int IN_A_ROW = 3;

  private static final ThreadMXBean THREADS =
      (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static boolean failed;

  private CopyAllocations() {}

  private interface Transfer {
    void run() throws IOException;
  }

  public static void main(String[] arguments) throws Exception {
    Listener listener = Net.listen("tcp", "127.0.0.1:0");
    Conn source = Net.dial(listener.localAddress());
    Conn from = listener.accept();
    Conn to = Net.dial(listener.localAddress());
    Conn sink = listener.accept();
    byte[] all = new byte[BYTES];
    byte[] buffer = new byte[64 * 1024];
    byte[] message = new byte[100];
    Transfer nothing = () -> {};
    Transfer feed = () -> source.write(all);
    Transfer drain = () -> {
      for (int left = BYTES; left > 0; ) {
        left -= sink.read(buffer, 0, Math.min(left, buffer.length));
      }
    };
    Transfer messages = () -> {
      for (int i = 0; i < 100; i++) {
        source.write(message);
        for (int n = 0; n < message.length; ) {
          n += sink.read(buffer, n, message.length - n);
        }
      }
    };
    Path path = Files.createTempFile("weft", "copy");
    Files.write(path, all);
    try (FileHandle read = FileHandle.open(path, StandardOpenOption.READ);
        FileHandle write = FileHandle.open(path, StandardOpenOption.WRITE);
        FileHandle append =
            FileHandle.open(Path.of("/dev/null"), StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
      measure("socket to socket, spliced", feed, () -> Copy.copyN(to, from, BYTES), drain);
      measure("socket to socket, short messages", messages, () -> Copy.copyN(to, from, 10_000), nothing);
      measure("file to socket, sendfile", nothing, () -> {
        read.seek(0);
        Copy.copyN(to, read, BYTES);
      }, drain);
      measure("socket to file, spliced", feed, () -> {
        write.seek(0);
        Copy.copyN(write, from, BYTES);
      }, nothing);
      measure("socket to file, through a buffer", feed, () -> Copy.copyN(append, from, BYTES), nothing);
    } finally {
      Files.delete(path);
    }
    System.exit(failed ? 1 : 0);
  }

  private static void measure(String name, Transfer feed, Transfer copy, Transfer drain)
      throws Exception {
    long least = Long.MAX_VALUE;
    int free = 0;
    int copies = 0;
    for (; copies < MAX_COPIES && free < IN_A_ROW; copies++) {
      Thread feeding = Weft.go(feed::run);
      Thread draining = Weft.go(drain::run);
      long before = THREADS.getCurrentThreadAllocatedBytes();
      copy.run();
      long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
      feeding.join();
      draining.join();
      least = Math.min(least, allocated);
      free = allocated == 0 ? free + 1 : 0;
    }
    failed |= free < IN_A_ROW;
    System.out.printf(
        "%-4s %-34s %s%n",
        free < IN_A_ROW ? "FAIL" : "ok",
        name,
        free < IN_A_ROW ? least + " bytes a copy" : "nothing, after " + copies + " copies");
  }
}
