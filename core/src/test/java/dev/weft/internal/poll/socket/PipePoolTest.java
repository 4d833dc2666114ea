package dev.weft.internal.poll.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.internal.runtime.WeftRuntime;
import dev.weft.internal.sys.DescriptorCalls;
import dev.weft.internal.sys.FileCalls;
import dev.weft.internal.sys.NativeAccess;
import dev.weft.testing.PipePairs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipePoolTest {
  @TempDir Path folder;
  private PipePool pool;
  private long before;

  @BeforeEach
  void open() throws IOException {
    assumeTrue(NativeAccess.unavailableBecause() == null, "needs native access");
    pool = new PipePool(WeftRuntime.scheduler()::timers);
    before = PipePairs.count();
  }

  @AfterEach
  void close() throws IOException {
    if (pool != null) {
      pool.close();
      assertThat(PipePairs.count()).isEqualTo(before);
    }
  }

  private long open(int expected) throws IOException {
    assertThat(pool.size()).isEqualTo(expected);
    return PipePairs.count() - before;
  }

  @Test
  void aPipeThatComesBackEmptyIsTakenAgain() {
    SplicePipe pipe = pool.take();
    pipe.release();
    assertThat(pool.take()).isSameAs(pipe);
    pipe.release();
  }

  @Test
  void aPipeThatComesBackWithBytesIsClosed() throws IOException {
    Path file = Files.write(folder.resolve("bytes"), new byte[100]);
    int bytes = FileCalls.open(file.toString(), FileCalls.READ_ONLY, 0);
    SplicePipe pipe = pool.take();
    assertThat(pipe.read(bytes, 100)).isEqualTo(100);
    DescriptorCalls.close(bytes);
    assertThat(pipe.pending()).isEqualTo(100);
    pipe.release();
    assertThat(open(0)).isZero();
  }

  @Test
  void aPoolThatIsFullClosesWhatComesBack() throws IOException {
    List<SplicePipe> taken = new ArrayList<>();
    for (int i = 0; i < PipePool.SIZE + 3; i++) {
      taken.add(pool.take());
    }
    taken.forEach(SplicePipe::release);
    assertThat(open(PipePool.SIZE)).isEqualTo(PipePool.SIZE);
  }

  @Test
  void pipesThatAreNotTakenForLongAreClosed() throws IOException {
    SplicePipe idle = pool.take();
    SplicePipe used = pool.take();
    idle.release();
    used.release();
    long then = idle.idleSince + PipePool.MAX_IDLE_NANOS;
    used.idleSince = idle.idleSince + 1;
    assertThat(pool.closeIdle(then)).isEqualTo(then + 1);
    assertThat(open(1)).isEqualTo(1);
    pool.closeIdle(then + 1);
    assertThat(open(0)).isZero();
  }
}
