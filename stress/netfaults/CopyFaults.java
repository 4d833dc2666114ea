import dev.weft.Weft;
import dev.weft.io.Copy;
import dev.weft.io.CopyException;
import dev.weft.io.FileHandle;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Cases of copies on loopback. */
final class CopyFaults {
  private static final long ENDLESS = Long.MAX_VALUE / 2;

  private CopyFaults() {}

  /** A copy from a connection to another, both within this process, with their far ends. */
  private static final class Loopback implements AutoCloseable {
    final Conn source;
    final Conn from;
    final Conn to;
    final Conn target;

    Loopback() throws IOException {
      try (Listener listener = Net.listen("tcp", "127.0.0.1:0")) {
        source = Net.dial(listener.localAddress());
        from = listener.accept();
        to = Net.dial(listener.localAddress());
        target = listener.accept();
      }
    }

    /** Writes to the source until that fails, or {@code bytes} are written. */
    Thread feed(long bytes) {
      return Weft.go(() -> {
        byte[] piece = new byte[64 * 1024];
        try {
          for (long left = bytes; left > 0; left -= piece.length) {
            source.write(piece);
          }
          source.closeWrite();
        } catch (IOException e) {
          // The copy has failed, as it should.
        }
      });
    }

    /** Reads from the target; what it has read is in the array. */
    Thread drain(long[] read, long max) {
      return Weft.go(() -> {
        byte[] piece = new byte[64 * 1024];
        try {
          for (int n; read[0] < max && (n = target.read(piece)) != -1; ) {
            read[0] += n;
          }
        } catch (IOException e) {
          // It is closed.
        }
      });
    }

    @Override
    public void close() {
      source.close();
      from.close();
      to.close();
      target.close();
    }
  }

  static String resetSource() throws Exception {
    try (Loopback pair = new Loopback()) {
      long[] read = new long[1];
      Thread feeder = pair.feed(8 << 20);
      Thread drain = pair.drain(read, ENDLESS);
      try {
        Copy.copy(
            pair.to,
            pair.from,
            copied -> {
              if (copied >= 1 << 20) {
                pair.source.abort();
              }
            });
        return "no failure";
      } catch (CopyException e) {
        pair.to.closeWrite();
        drain.join();
        feeder.join();
        return Outcome.words(e) + (e.bytesCopied() == read[0] && e.isFromSource() ? ", counted" : ", miscounted");
      }
    }
  }

  static String resetTarget() throws Exception {
    try (Loopback pair = new Loopback()) {
      Thread feeder = pair.feed(ENDLESS);
      long[] read = new long[1];
      Thread drain = pair.drain(read, 1 << 20);
      Thread resetter = Weft.go(() -> {
        drain.join();
        pair.target.abort();
      });
      try {
        Copy.copy(pair.to, pair.from);
        return "no failure";
      } catch (CopyException e) {
        pair.from.close();
        feeder.join();
        resetter.join();
        return e.bytesCopied() >= read[0] && !e.isFromSource() ? "failed, counted" : "miscounted";
      }
    }
  }

  static String stoppedTarget() throws Exception {
    try (Loopback pair = new Loopback()) {
      Thread feeder = pair.feed(ENDLESS);
      pair.to.setWriteDeadline(Duration.ofMillis(500));
      long copied;
      try {
        Copy.copy(pair.to, pair.from);
        return "no failure";
      } catch (CopyException e) {
        if (!(e.getCause() instanceof SocketTimeoutException)) {
          return e.toString();
        }
        copied = e.bytesCopied();
      }
      pair.to.closeWrite();
      long[] read = new long[1];
      pair.drain(read, ENDLESS).join();
      pair.from.close();
      feeder.join();
      return read[0] == copied ? "time-out, counted" : "time-out, " + read[0] + " of " + copied;
    }
  }

  static String byteAtATime() throws Exception {
    try (Loopback pair = new Loopback()) {
      Thread feeder = Weft.go(() -> {
        for (int i = 0; i < 20; i++) {
          pair.source.write(new byte[] {(byte) i});
          Weft.sleep(Duration.ofMillis(50));
        }
        pair.source.closeWrite();
      });
      long copied = Copy.copy(pair.to, pair.from);
      pair.to.closeWrite();
      byte[] read = pair.target.inputStream().readAllBytes();
      feeder.join();
      boolean intact = copied == 20 && read.length == 20 && read[19] == 19;
      return intact ? "intact" : read.length + " bytes";
    }
  }

  /** The copy goes through a buffer then. Needs a low limit of descriptors: see netfaults.sh. */
  static String noPipe() throws Exception {
    List<InputStream> hoard = new ArrayList<>();
    try (Loopback pair = new Loopback()) {
      try {
        while (hoard.size() < 100_000) {
          hoard.add(Files.newInputStream(Path.of("/dev/null")));
        }
        return "100000 descriptors were left";
      } catch (IOException full) {
        // as it should be
      }
      long bytes = 8 << 20;
      long[] read = new long[1];
      Thread feeder = pair.feed(bytes);
      Thread drain = pair.drain(read, bytes);
      long copied = Copy.copy(pair.to, pair.from);
      pair.to.closeWrite();
      feeder.join();
      drain.join();
      return copied == bytes && read[0] == bytes ? "intact" : copied + " copied, " + read[0] + " read";
    } finally {
      for (InputStream one : hoard) {
        one.close();
      }
    }
  }

  static String fullDevice() throws Exception {
    try (Loopback pair = new Loopback();
        FileHandle file = FileHandle.open(Path.of("/dev/full"), StandardOpenOption.WRITE)) {
      Thread feeder = pair.feed(ENDLESS);
      String outcome = Outcome.failure(() -> Copy.copy(file, pair.from));
      pair.from.close();
      feeder.join();
      return outcome;
    }
  }
}
