package dev.weft.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.management.ThreadMXBean;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.testing.Goroutines;
import dev.weft.testing.Running;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A copy makes no objects, however many parts it has. The copying thread is a platform thread, for
 * which the JVM counts the bytes it allocates. Code that is not compiled yet allocates memory
 * segments, so a copy is repeated until it does not, and fails by the time-out if it always does.
 */
@Timeout(120)
class CopyAllocationTest {
  private static final int BYTES = 4 * 1024 * 1024;

  /** Less than an object for each part of a megabyte. */
  private static final long MAX_ALLOCATED = 64;

  private static final int MESSAGES = 500;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  @TempDir private Path folder;
  private Goroutines goroutines;
  private Listener listener;
  private Conn source;
  private Conn from;
  private Conn to;
  private Conn sink;

  @BeforeEach
  void connect() throws IOException {
    assumeThat(threads.isThreadAllocatedMemorySupported()).isTrue();
    goroutines = new Goroutines();
    listener = Net.listen("tcp", "127.0.0.1:0");
    source = Net.dial(listener.localAddress());
    from = listener.accept();
    to = Net.dial(listener.localAddress());
    sink = listener.accept();
  }

  @AfterEach
  void close() throws Exception {
    source.close();
    from.close();
    to.close();
    sink.close();
    listener.close();
    goroutines.close();
  }

  private interface Transfer {
    void run() throws IOException;
  }

  /** Copies between two goroutines, the source and the sink, until a copy allocates nothing. */
  private void assertAllocatesNothing(Callable<Void> feeder, Transfer copy, Callable<Void> drain)
      throws Exception {
    long allocated;
    do {
      Running<Void> feeding = goroutines.start(feeder);
      Running<Void> draining = goroutines.start(drain);
      long before = threads.getCurrentThreadAllocatedBytes();
      copy.run();
      allocated = threads.getCurrentThreadAllocatedBytes() - before;
      feeding.join();
      draining.join();
    } while (allocated > MAX_ALLOCATED);
    assertThat(allocated).isLessThanOrEqualTo(MAX_ALLOCATED);
  }

  private Void feed() throws IOException {
    source.write(new byte[BYTES]);
    return null;
  }

  private Void drain() throws IOException {
    byte[] buffer = new byte[64 * 1024];
    for (int left = BYTES; left > 0; ) {
      left -= sink.read(buffer, 0, Math.min(left, buffer.length));
    }
    return null;
  }

  private static Void nothing() {
    return null;
  }

  private FileHandle open(StandardOpenOption... options) throws IOException {
    return FileHandle.open(folder.resolve("file"), options);
  }

  @Test
  void fromSocketToSocketInsideTheKernel() throws Exception {
    assertAllocatesNothing(this::feed, () -> Copy.copyN(to, from, BYTES), this::drain);
  }

  @Test
  void shortMessagesFromSocketToSocket() throws Exception {
    byte[] message = new byte[100];
    byte[] received = new byte[100];
    assertAllocatesNothing(
        () -> {
          for (int i = 0; i < MESSAGES; i++) {
            source.write(message);
            for (int n = 0; n < message.length; ) {
              n += sink.read(received, n, received.length - n);
            }
          }
          return null;
        },
        () -> Copy.copyN(to, from, (long) message.length * MESSAGES),
        CopyAllocationTest::nothing);
  }

  @Test
  void fromFileToSocket() throws Exception {
    Files.write(folder.resolve("file"), new byte[BYTES]);
    try (FileHandle file = open(StandardOpenOption.READ)) {
      assertAllocatesNothing(
          CopyAllocationTest::nothing,
          () -> {
            file.seek(0);
            Copy.copyN(to, file, BYTES);
          },
          this::drain);
    }
  }

  @Test
  void fromSocketToFile() throws Exception {
    try (FileHandle file = open(StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      assertAllocatesNothing(
          this::feed,
          () -> {
            file.seek(0);
            Copy.copyN(file, from, BYTES);
          },
          CopyAllocationTest::nothing);
    }
  }

  @Test
  void throughABuffer() throws Exception {
    try (FileHandle file =
        open(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
      assertAllocatesNothing(
          this::feed, () -> Copy.copyN(file, from, BYTES), CopyAllocationTest::nothing);
    }
  }
}
