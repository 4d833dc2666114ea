package dev.weft.benchmarks;

import dev.weft.Weft;
import dev.weft.io.FileHandle;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Random reads of 4 KiB by 64 goroutines for some seconds, in a process of its own. Arguments:
 * {@code weft} or {@code jdk} (virtual threads and {@link FileChannel}); the file; seconds of
 * warm-up; seconds of measuring; {@code warm} for a part that is in the page cache, {@code cold} to
 * drop the file from there before each run. Prints reads a second.
 */
public final class RandomReads {
  private static final int GOROUTINES = 64;
  private static final int BLOCK = 4_096;
  private static final long WARM_BLOCKS = 65_536;

  private interface Reader {
    int read(byte[] block, long position) throws IOException;
  }

  private RandomReads() {}

  public static void main(String[] args) throws Exception {
    boolean weft = args[0].equals("weft");
    Path path = Path.of(args[1]);
    boolean cold = args[4].equals("cold");
    ThreadFactory threads = weft ? Weft.threadFactory() : Thread.ofVirtual().factory();
    long blocks = Files.size(path) / BLOCK;
    if (!cold) {
      blocks = Math.min(blocks, WARM_BLOCKS);
      readInto(path, blocks);
    }
    Reader reader = weft ? weft(path) : jdk(path);
    run(threads, reader, path, blocks, Long.parseLong(args[2]), cold);
    System.out.printf(
        "rps=%.0f%n", run(threads, reader, path, blocks, Long.parseLong(args[3]), cold));
  }

  private static Reader weft(Path path) throws IOException {
    FileHandle file = FileHandle.open(path);
    return file::pread;
  }

  private static Reader jdk(Path path) throws IOException {
    FileChannel channel = FileChannel.open(path);
    return (block, position) -> channel.read(ByteBuffer.wrap(block), position);
  }

  private static void readInto(Path path, long blocks) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] block = new byte[BLOCK];
      for (long i = 0; i < blocks; i++) {
        in.readNBytes(block, 0, BLOCK);
      }
    }
  }

  private static double run(
      ThreadFactory threads, Reader reader, Path path, long blocks, long seconds, boolean cold)
      throws Exception {
    if (cold) {
      dropFromCache(path);
    }
    LongAdder reads = new LongAdder();
    long begin = System.nanoTime();
    long end = begin + TimeUnit.SECONDS.toNanos(seconds);
    Thread[] all = new Thread[GOROUTINES];
    for (int i = 0; i < GOROUTINES; i++) {
      SplittableRandom random = new SplittableRandom();
      all[i] =
          threads.newThread(() -> {
            byte[] block = new byte[BLOCK];
            try {
              while (System.nanoTime() < end) {
                if (reader.read(block, random.nextLong(blocks) * BLOCK) != BLOCK) {
                  throw new IllegalStateException("a short read");
                }
                reads.increment();
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
    return reads.sum() * 1e9 / (System.nanoTime() - begin);
  }

  /** Of this file alone; its pages are clean. */
  private static void dropFromCache(Path path) throws Exception {
    Process dd =
        new ProcessBuilder("dd", "if=" + path, "iflag=nocache", "count=0", "status=none")
            .inheritIO()
            .start();
    if (dd.waitFor() != 0) {
      throw new IllegalStateException("dd failed");
    }
  }
}
