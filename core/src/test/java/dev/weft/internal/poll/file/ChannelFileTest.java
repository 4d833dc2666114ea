package dev.weft.internal.poll.file;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.Goroutines;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Blocking calls run on threads that carry no goroutines. */
@Tag("contract")
@Timeout(180)
class ChannelFileTest {
  private static final int MANY = 8;

  /** Every call of it blocks for as long as the test likes. */
  private static final class SlowChannel extends FileChannel {
    final Semaphore begun = new Semaphore(0);
    final Semaphore allowed = new Semaphore(0);

    private int block(int result) {
      assertThat(Thread.currentThread().isVirtual()).as("a goroutine's thread").isFalse();
      begun.release();
      allowed.acquireUninterruptibly();
      return result;
    }

    @Override
    public int read(ByteBuffer target, long position) {
      int length = target.remaining();
      target.position(target.limit());
      return block(length);
    }

    @Override
    public int write(ByteBuffer source, long position) {
      return block(source.remaining());
    }

    @Override
    public long size() {
      return block(10);
    }

    @Override
    public FileChannel truncate(long size) {
      block(0);
      return this;
    }

    @Override
    public void force(boolean metadata) {
      block(0);
    }

    @Override
    protected void implCloseChannel() {
      block(0);
    }

    @Override
    public int read(ByteBuffer target) {
      throw new AssertionError();
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) {
      throw new AssertionError();
    }

    @Override
    public int write(ByteBuffer source) {
      throw new AssertionError();
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
      throw new AssertionError();
    }

    @Override
    public long position() {
      throw new AssertionError();
    }

    @Override
    public FileChannel position(long position) {
      throw new AssertionError();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
      throw new AssertionError();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
      throw new AssertionError();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
      throw new AssertionError();
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) {
      throw new AssertionError();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) {
      throw new AssertionError();
    }
  }

  private final SlowChannel channel = new SlowChannel();
  private final ChannelFile file =
      new ChannelFile(
          channel,
          false,
          () -> {
            throw new AssertionError();
          });

  private interface Call {
    void call() throws IOException;
  }

  @Test
  void othersRunWhileCallsWait() throws Exception {
    MemorySegment memory = MemorySegment.ofArray(new byte[10]);
    try (var goroutines = new Goroutines()) {
      for (int i = 0; i < MANY; i++) {
        goroutines.go(() -> assertThat(file.read(memory, 0, 10, 0)).isEqualTo(10));
      }
      assertThat(channel.begun.tryAcquire(MANY, 60, TimeUnit.SECONDS)).isTrue();
      // As many as there are carriers, and some more.
      int others = 4 * Runtime.getRuntime().availableProcessors();
      for (int i = 0; i < others; i++) {
        int number = i;
        assertThat(goroutines.start(() -> number).join()).isEqualTo(i);
      }
      channel.allowed.release(MANY);
    }
  }

  @Test
  void everyCallParksTheGoroutineAndEndsInSpiteOfInterrupts() throws Exception {
    MemorySegment memory = MemorySegment.ofArray(new byte[10]);
    waits(1, () -> file.read(memory, 0, 10, 0));
    waits(1, () -> file.write(memory, 0, 10, 0));
    waits(1, () -> file.sync(true));
    waits(1, file::size);
    waits(2, () -> file.truncate(5));
    waits(2, () -> file.truncate(20));
    waits(1, file::close);
  }

  /**
   * @param steps how many calls of the channel's it takes
   */
  private void waits(int steps, Call call) throws Exception {
    try (var goroutines = new Goroutines()) {
      var waiting =
          goroutines.start(() -> {
            call.call();
            return Thread.interrupted();
          });
      for (int i = 0; i < steps; i++) {
        assertThat(channel.begun.tryAcquire(60, TimeUnit.SECONDS)).isTrue();
        eventually("it is parked", () -> waiting.thread().getState() == Thread.State.WAITING);
        waiting.thread().interrupt();
        eventually("the interrupt is put aside", () -> !waiting.thread().isInterrupted());
        assertThat(waiting.isDone()).isFalse();
        channel.allowed.release();
      }
      assertThat(waiting.join()).as("interrupted").isTrue();
    }
  }
}
