package dev.weft.internal.sys;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * An io_uring instance: a submission queue and a completion queue in memory shared with the kernel.
 *
 * <p>Not thread-safe by itself: callers serialize writing submissions, and reading completions;
 * {@link #enter} may be called by any thread at any time.
 *
 * <p><b>The flags.</b> A request's completion is prepared by the thread that submitted it ("task
 * work"). {@code COOP_TASKRUN} defers that until the thread next enters the kernel, by a system
 * call or a clock tick, instead of interrupting it. {@code DEFER_TASKRUN} would batch better, but
 * ties the ring to one thread, and a processor moves between threads.
 */
public final class IoUring implements AutoCloseable {
  private static final int SETUP_CQSIZE = 1 << 3;
  private static final int SETUP_CLAMP = 1 << 4;
  private static final int SETUP_SUBMIT_ALL = 1 << 7;
  private static final int SETUP_COOP_TASKRUN = 1 << 8;
  private static final int SETUP_TASKRUN_FLAG = 1 << 9;

  private static final int FEAT_SINGLE_MMAP = 1;
  private static final int FEAT_NODROP = 1 << 1;
  private static final int FEAT_FAST_POLL = 1 << 5;
  private static final int FEAT_EXT_ARG = 1 << 8;
  private static final int FEAT_CQE_SKIP = 1 << 11;
  private static final int REQUIRED =
      FEAT_SINGLE_MMAP | FEAT_NODROP | FEAT_FAST_POLL | FEAT_EXT_ARG | FEAT_CQE_SKIP;

  private static final int PARAMS_SIZE = 120;
  private static final long OFFSET_SQES = 0x10000000L;

  private static final int ENTER_GETEVENTS = 1;
  private static final int ENTER_EXT_ARG = 8;
  private static final int ARGUMENT_SIZE = 24;

  private static final int REGISTER_EVENTFD = 4;
  private static final int REGISTER_PROBE = 8;
  private static final int REGISTER_BUFFERS = 22;
  private static final int BUFFERS_INCREMENTAL = 2;

  private static final int PROBED_OPS = 64;

  public final SubmissionQueue submissions;
  public final CompletionQueue completions;
  private final int fd;
  private final MemorySegment rings;
  private final MemorySegment entries;
  private final boolean[] supported;

  /**
   * @param submissionEntries how many requests can be queued; rounded up to a power of two
   * @param completionEntries beyond them the kernel keeps completions itself, at a cost
   */
  public IoUring(int submissionEntries, int completionEntries) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment params = arena.allocate(PARAMS_SIZE, 8);
      params.set(
          JAVA_INT,
          8,
          SETUP_CQSIZE | SETUP_CLAMP | SETUP_SUBMIT_ALL | SETUP_COOP_TASKRUN | SETUP_TASKRUN_FLAG);
      params.set(JAVA_INT, 4, completionEntries);
      fd = SystemCallException.check("io_uring_setup", UringCalls.setup(submissionEntries, params));
      try {
        if ((params.get(JAVA_INT, 20) & REQUIRED) != REQUIRED) {
          throw new SystemCallException("io_uring_setup", Errno.EOPNOTSUPP);
        }
        int sqEntries = params.get(JAVA_INT, 0);
        int cqEntries = params.get(JAVA_INT, 4);
        long sqBytes = params.get(JAVA_INT, 64) + 4L * sqEntries;
        long cqBytes = params.get(JAVA_INT, 100) + (long) CompletionQueue.ENTRY_SIZE * cqEntries;
        rings = UringCalls.map(fd, 0, Math.max(sqBytes, cqBytes));
        entries = UringCalls.map(fd, OFFSET_SQES, (long) SubmissionQueue.ENTRY_SIZE * sqEntries);
        submissions = new SubmissionQueue(rings, entries, params, sqEntries);
        completions = new CompletionQueue(rings, params, cqEntries);
        supported = probe(arena);
      } catch (SystemCallException e) {
        DescriptorCalls.close(fd);
        throw e;
      }
    }
  }

  private boolean[] probe(Arena arena) {
    MemorySegment probe = arena.allocate(16 + 8L * PROBED_OPS, 8);
    boolean[] result = new boolean[PROBED_OPS];
    if (UringCalls.register(fd, REGISTER_PROBE, probe, PROBED_OPS) >= 0) {
      int count = probe.get(JAVA_BYTE, 1) & 0xFF;
      for (int i = 0; i < Math.min(count, PROBED_OPS); i++) {
        result[i] = (probe.get(JAVA_SHORT, 16 + 8L * i + 2) & 1) != 0;
      }
    }
    return result;
  }

  /**
   * Reports whether the kernel supports the operation, one of {@link SubmissionQueue}'s numbers.
   */
  public boolean supports(int operation) {
    return operation < supported.length && supported[operation];
  }

  /** Makes the kernel write the eventfd for completions, while the completion queue allows it. */
  public void notify(int eventfd) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment argument = arena.allocateFrom(JAVA_INT, eventfd);
      SystemCallException.check(
          "io_uring_register", UringCalls.register(fd, REGISTER_EVENTFD, argument, 1));
    }
  }

  /**
   * Gives the kernel a ring of buffers for {@code group}.
   *
   * @param incremental whether the kernel may fill a buffer piece by piece (from kernel 6.12 on)
   * @return 0, or a negated error number
   */
  int registerBuffers(int group, MemorySegment ring, int count, boolean incremental) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment argument = arena.allocate(40, 8);
      argument.set(JAVA_LONG, 0, ring.address());
      argument.set(JAVA_INT, 8, count);
      argument.set(JAVA_SHORT, 12, (short) group);
      argument.set(JAVA_SHORT, 14, (short) (incremental ? BUFFERS_INCREMENTAL : 0));
      return UringCalls.register(fd, REGISTER_BUFFERS, argument, 1);
    }
  }

  /**
   * Submits what is queued and prepares completions, without waiting.
   *
   * @return 0, or a negated error number
   */
  public int enter() {
    int result =
        UringCalls.enter(fd, submissions.unsubmitted(), 0, ENTER_GETEVENTS, MemorySegment.NULL, 0);
    return Math.min(result, 0);
  }

  /** Submits what is queued, and takes no heap memory; returns false when the kernel refuses. */
  public boolean submitWithoutMemory() {
    return UringCalls.submitWithoutMemory(fd, submissions.unsubmitted());
  }

  /**
   * Ends the writing side of a stream socket. Takes no heap memory, and does not report an error.
   */
  public static void endWriting(int fd) {
    UringCalls.endWriting(fd);
  }

  /**
   * Submits what is queued and waits until there is a completion, at most {@code nanos}; for ever
   * when that is negative.
   *
   * @return 0, or a negated error number; ETIME when the time is over
   */
  public int enterAndWait(long nanos) {
    int submit = submissions.unsubmitted();
    if (nanos < 0) {
      return Math.min(UringCalls.enter(fd, submit, 1, ENTER_GETEVENTS, MemorySegment.NULL, 0), 0);
    }
    MemorySegment scratch = CallState.uncounted().waiting;
    scratch.set(JAVA_LONG, 0, 0);
    scratch.set(JAVA_LONG, 8, 0);
    scratch.set(JAVA_LONG, 16, scratch.address() + ARGUMENT_SIZE);
    scratch.set(JAVA_LONG, 24, nanos / 1_000_000_000L);
    scratch.set(JAVA_LONG, 32, nanos % 1_000_000_000L);
    return Math.min(
        UringCalls.enter(fd, submit, 1, ENTER_GETEVENTS | ENTER_EXT_ARG, scratch, ARGUMENT_SIZE),
        0);
  }

  /** Closes the ring; the kernel cancels the requests in flight. */
  @Override
  public void close() {
    UringCalls.unmap(entries);
    UringCalls.unmap(rings);
    DescriptorCalls.close(fd);
  }
}
