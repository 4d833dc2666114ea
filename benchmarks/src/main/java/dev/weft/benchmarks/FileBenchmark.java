package dev.weft.benchmarks;

import dev.weft.io.FileHandle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Random reads of 4 KiB by 64 goroutines at once, per read: Weft's {@link FileHandle} in
 * goroutines, and {@link FileChannel} in the JDK's virtual threads. The file (256 MiB, or {@code
 * -Dweft.benchmark.file} for one that does not fit into memory) is in the page cache after the
 * warm-up, if it fits.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class FileBenchmark {
  private static final int GOROUTINES = 64;
  private static final int READS = 500;
  private static final int BLOCK = 4_096;
  private static final int BLOCKS = 65_536;

  @Param private Threads threads;

  private boolean temporary;
  private Path path;
  private long blocks;
  private FileHandle file;
  private FileChannel channel;
  private ThreadFactory factory;

  private interface Body {
    void run(SplittableRandom random, byte[] block) throws IOException;
  }

  @Setup
  public void setup() throws IOException {
    String given = System.getProperty("weft.benchmark.file");
    temporary = given == null;
    path = temporary ? Files.createTempFile("weft", ".blocks") : Path.of(given);
    if (temporary) {
      try (var out = Files.newOutputStream(path)) {
        byte[] chunk = new byte[1 << 20];
        for (int i = 0; i < BLOCKS / (chunk.length / BLOCK); i++) {
          out.write(chunk);
        }
      }
    }
    blocks = Files.size(path) / BLOCK;
    file = FileHandle.open(path);
    channel = FileChannel.open(path);
    factory = threads.factory();
  }

  @TearDown
  public void tearDown() throws IOException {
    file.close();
    channel.close();
    if (temporary) {
      Files.delete(path);
    }
  }

  @Benchmark
  @OperationsPerInvocation(GOROUTINES * READS)
  public void randomReads() throws InterruptedException {
    if (threads == Threads.WEFT) {
      runAll((random, block) -> file.pread(block, random.nextLong(blocks) * BLOCK));
    } else {
      runAll(
          (random, block) -> channel.read(ByteBuffer.wrap(block), random.nextLong(blocks) * BLOCK));
    }
  }

  private void runAll(Body body) throws InterruptedException {
    Thread[] all = new Thread[GOROUTINES];
    for (int i = 0; i < GOROUTINES; i++) {
      SplittableRandom random = new SplittableRandom(i);
      all[i] =
          factory.newThread(() -> {
            byte[] block = new byte[BLOCK];
            try {
              for (int read = 0; read < READS; read++) {
                body.run(random, block);
              }
            } catch (IOException e) {
              throw new IllegalStateException(e);
            }
          });
      all[i].start();
    }
    for (Thread thread : all) {
      thread.join();
    }
  }
}
