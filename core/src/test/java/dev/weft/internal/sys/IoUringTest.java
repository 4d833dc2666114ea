package dev.weft.internal.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The rings themselves, with an eventfd at the other end. */
class IoUringTest {
  private static final int POLLIN = 1;
  private static final long MILLISECOND_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private IoUring ring;
  private int eventfd = -1;

  @BeforeEach
  void open() {
    assumeThat(NativeAccess.unavailableBecause()).as("system calls can be made").isNull();
    try {
      ring = new IoUring(4, 8);
    } catch (SystemCallException e) {
      assumeThat(e).as("io_uring is there").isNull();
    }
    eventfd = EventFdCalls.create();
  }

  @AfterEach
  void close() {
    if (ring != null) {
      ring.close();
      DescriptorCalls.close(eventfd);
    }
  }

  @Test
  void aCompletionHasTheTokenOfItsRequest() {
    ring.submissions.poll(eventfd, POLLIN, 0x1234_5678_9ABC_DEF0L);
    assertThat(ring.submissions.unsubmitted()).isEqualTo(1);
    assertThat(ring.enter()).isZero();
    assertThat(ring.submissions.unsubmitted()).isZero();
    assertThat(ring.completions.size()).isZero();
    EventFdCalls.write(eventfd);
    assertThat(ring.enterAndWait(-1)).isZero();
    assertThat(ring.completions.size()).isEqualTo(1);
    int head = ring.completions.head();
    assertThat(ring.completions.token(head)).isEqualTo(0x1234_5678_9ABC_DEF0L);
    assertThat(ring.completions.result(head)).isEqualTo(POLLIN);
    assertThat(ring.completions.flags(head) & CompletionQueue.MORE).isZero();
    ring.completions.advanceTo(head + 1);
    assertThat(ring.completions.size()).isZero();
  }

  @Test
  void aCancellationThatWorkedIsSilent() {
    ring.submissions.poll(eventfd, POLLIN, 1);
    ring.enter();
    ring.submissions.cancel(1, 2);
    ring.enterAndWait(-1);
    int head = ring.completions.head();
    assertThat(ring.completions.token(head)).isEqualTo(1);
    assertThat(ring.completions.result(head)).isEqualTo(-Errno.ECANCELED);
    assertThat(ring.completions.size()).isEqualTo(1);
  }

  @Test
  void aWaitIsOneSystemCall() throws Exception {
    var calls = new long[1];
    var carrier =
        new CarrierThread("waits once") {
          @Override
          public void run() {
            long before = callState.callsMade();
            ring.enterAndWait(MILLISECOND_NANOS);
            calls[0] = callState.callsMade() - before;
          }
        };
    carrier.start();
    carrier.join();
    assertThat(calls[0]).isEqualTo(1);
  }

  @Test
  void aWaitEndsWhenItsTimeIsOver() {
    assertThat(ring.enterAndWait(MILLISECOND_NANOS)).isEqualTo(-Errno.ETIME);
    assertThat(ring.completions.size()).isZero();
  }

  @Test
  void thereIsRoomUntilTheQueueIsFull() {
    for (int i = 0; i < 4; i++) {
      assertThat(ring.submissions.hasRoomFor(4 - i)).isTrue();
      assertThat(ring.submissions.hasRoomFor(5 - i)).isFalse();
      ring.submissions.poll(eventfd, POLLIN, i);
    }
    ring.enter();
    assertThat(ring.submissions.hasRoomFor(4)).isTrue();
  }

  @Test
  void completionsThatDoNotFitAreKept() {
    EventFdCalls.write(eventfd);
    for (int i = 0; i < 20; i++) {
      ring.submissions.poll(eventfd, POLLIN, i);
      ring.enter();
    }
    assertThat(ring.submissions.hasOverflow()).isTrue();
    boolean[] seen = new boolean[20];
    while (ring.completions.size() > 0) {
      int head = ring.completions.head();
      seen[(int) ring.completions.token(head)] = true;
      ring.completions.advanceTo(head + 1);
      ring.enter();
    }
    assertThat(seen).containsOnly(true);
    assertThat(ring.submissions.hasOverflow()).isFalse();
  }

  @Test
  void transfersGoToTheirPosition() throws Exception {
    assumeThat(ring.supports(23)).as("writes by way of the ring").isTrue();
    Path path = Files.createTempFile("weft-ring", ".bin");
    int fd = FileCalls.open(path.toString(), FileCalls.READ_WRITE, 0);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocateFrom("warp and weft");
      ring.submissions.write(fd, memory, 0, 13, 1000, 1);
      ring.enterAndWait(-1);
      ring.completions.advanceTo(ring.completions.head() + 1);
      MemorySegment read = arena.allocate(4);
      ring.submissions.read(fd, read, 0, 4, 1009, 2);
      ring.enterAndWait(-1);
      assertThat(ring.completions.result(ring.completions.head())).isEqualTo(4);
      assertThat(new String(read.toArray(ValueLayout.JAVA_BYTE), "US-ASCII")).isEqualTo("weft");
    } finally {
      DescriptorCalls.close(fd);
      Files.delete(path);
    }
  }

  @Test
  void moreCompletionsThanEntriesMustFit() {
    assertThatThrownBy(() -> new IoUring(8, 4))
        .isInstanceOf(SystemCallException.class)
        .hasMessage("io_uring_setup: invalid argument");
  }
}
