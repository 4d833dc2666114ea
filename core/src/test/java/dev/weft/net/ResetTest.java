package dev.weft.net;

import static dev.weft.net.Bytes.readFully;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.Weft;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A peer that breaks the connection off. */
@Tag("contract")
@Timeout(180)
class ResetTest {
  /**
   * The system tells it once, to whoever calls first; who is told of it has to be the program. A
   * write that was accepted and a read that finds the end would hide it.
   */
  @Test
  void isToldToTheReaderOrToTheWriter() throws Exception {
    for (int i = 0; i < 200; i++) {
      Loopback pair = Loopback.connect();
      try (Conn client = pair.client()) {
        assertThat(isToldOf(client, pair.server())).as("round " + i).isTrue();
      }
    }
  }

  private static boolean isToldOf(Conn client, Conn server) throws Exception {
    var read = new CompletableFuture<Boolean>();
    var written = new CompletableFuture<Boolean>();
    var spinning = new AtomicBoolean();
    var reset = new AtomicBoolean();
    Weft.go(() -> {
      readFully(
          client, 1); // from here on it waits, and writes are written behind where they can be
      Weft.go(() -> {
        spinning.set(true);
        while (!reset.get()) {
          Thread.onSpinWait(); // so that nothing of the kernel's is looked at
        }
        written.complete(failed(() -> client.write(new byte[1])));
      });
      read.complete(failed(() -> client.read(new byte[1])));
    });
    server.write(new byte[1]);
    while (!spinning.get()) {
      Thread.onSpinWait();
    }
    Loopback.reset(server);
    reset.set(true);
    boolean writerTold = written.get(60, TimeUnit.SECONDS);
    boolean readerTold = read.get(60, TimeUnit.SECONDS);
    return writerTold || readerTold;
  }

  private interface Call {
    void make() throws IOException;
  }

  private static boolean failed(Call call) {
    try {
      call.make();
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
