package dev.weft.net;

import dev.weft.Weft;
import dev.weft.io.FileHandle;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Dials a peer that never reads, writes as much as can be written, closes, opens a file, and begins
 * again, more often than there are descriptors.
 */
final class UnreadAndClosedProgram {
  private static final int DIALERS = 10;

  private UnreadAndClosedProgram() {}

  public static void main(String[] arguments) throws Exception {
    String address = "127.0.0.1:" + arguments[0];
    ShortageProgram.loadClasses();
    var left = new AtomicInteger(Integer.parseInt(arguments[1]));
    var closed = new AtomicInteger();
    var done = new CountDownLatch(DIALERS);
    for (int i = 0; i < DIALERS; i++) {
      Weft.go(() -> {
        try {
          while (left.getAndDecrement() > 0) {
            fillAndClose(address);
            FileHandle.open(Path.of("/dev/null")).close();
            closed.incrementAndGet();
          }
        } catch (Throwable e) {
          System.out.println(e);
        } finally {
          done.countDown();
        }
      });
    }
    done.await();
    System.out.println("closed=" + closed);
    Runtime.getRuntime().halt(0); // without the wait for peers at the end
  }

  private static void fillAndClose(String address) throws IOException {
    try (TcpConn conn = Net.dialTcp("tcp", address)) {
      conn.setOption(StandardSocketOptions.SO_SNDBUF, 4096);
      conn.read(new byte[1]);
      byte[] some = new byte[4096];
      while (true) {
        conn.setWriteDeadline(Duration.ofMillis(10));
        conn.write(some);
      }
    } catch (SocketTimeoutException full) {
      // It is closed with bytes that the peer has not taken.
    }
  }
}
