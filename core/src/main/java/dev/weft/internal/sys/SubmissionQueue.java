package dev.weft.internal.sys;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The submission queue of a ring. An entry is written, then the tail is released; the kernel
 * acquires the tail in {@link IoUring#enter}, copies what it needs, and releases the head.
 *
 * <p>A request is known by its token, a number of the caller's choice; the kernel never sees a Java
 * reference. Memory of a request must stay valid until the completion.
 */
public final class SubmissionQueue {
  public static final int OP_SENDMSG_ZC = 48;

  private static final int OP_NOP = 0;
  private static final int OP_FSYNC = 3;
  private static final int OP_POLL_ADD = 6;
  private static final int OP_SENDMSG = 9;
  private static final int OP_RECVMSG = 10;
  private static final int OP_ACCEPT = 13;
  private static final int OP_ASYNC_CANCEL = 14;
  private static final int OP_CLOSE = 19;
  private static final int OP_READ = 22;
  private static final int OP_WRITE = 23;
  private static final int OP_SEND = 26;
  private static final int OP_RECV = 27;

  private static final int BUFFER_SELECT = 1 << 5;
  private static final int SKIP_SUCCESS = 1 << 6;

  private static final int POLL_FIRST = 1;
  private static final int RECEIVE_MULTISHOT = 2;
  private static final int ACCEPT_MULTISHOT = 1;
  private static final int REPORT_USAGE = 1 << 3;
  private static final int MSG_TRUNC = 0x20;
  private static final int MSG_WAITALL = 0x100;
  private static final int MSG_NOSIGNAL = 0x4000;

  static final int ENTRY_SIZE = 64;
  private static final int SQ_CQ_OVERFLOW = 2;
  private static final int SQ_TASKRUN = 4;
  private static final VarHandle INT = JAVA_INT.varHandle().withInvokeExactBehavior();

  private final MemorySegment rings;
  private final MemorySegment entries;
  private final long headAt;
  private final long tailAt;
  private final long flagsAt;
  private final int count;
  private int tail;

  SubmissionQueue(MemorySegment rings, MemorySegment entries, MemorySegment params, int count) {
    this.rings = rings;
    this.entries = entries;
    this.count = count;
    headAt = params.get(JAVA_INT, 40);
    tailAt = params.get(JAVA_INT, 44);
    flagsAt = params.get(JAVA_INT, 56);
    long array = params.get(JAVA_INT, 64);
    for (int i = 0; i < count; i++) {
      rings.set(JAVA_INT, array + 4L * i, i);
    }
  }

  /** The number of requests that the kernel has not taken yet. */
  public int unsubmitted() {
    return (int) INT.getAcquire(rings, tailAt) - (int) INT.getAcquire(rings, headAt);
  }

  /** The token of the request before the tail (1), or before that one, and so on. */
  public long latest(int back) {
    return entries.get(JAVA_LONG, (long) ((tail - back) & (count - 1)) * ENTRY_SIZE + 32);
  }

  public boolean hasRoomFor(int requests) {
    return tail - (int) INT.getAcquire(rings, headAt) + requests <= count;
  }

  /** Reports whether the kernel has completions that only {@link IoUring#enter} posts. */
  public boolean needsEnter() {
    return ((int) INT.getOpaque(rings, flagsAt) & (SQ_CQ_OVERFLOW | SQ_TASKRUN)) != 0;
  }

  /** Reports whether the kernel keeps completions because the queue is full. */
  public boolean hasOverflow() {
    return ((int) INT.getOpaque(rings, flagsAt) & SQ_CQ_OVERFLOW) != 0;
  }

  /** Returns the cleared entry at the tail. The caller has checked that there is room. */
  private long begin(int operation, int flags, int fd, long token) {
    long at = (long) (tail & (count - 1)) * ENTRY_SIZE;
    entries.set(JAVA_INT, at, operation | flags << 8);
    entries.set(JAVA_INT, at + 4, fd);
    entries.set(JAVA_LONG, at + 8, 0);
    entries.set(JAVA_LONG, at + 16, 0);
    entries.set(JAVA_LONG, at + 24, 0);
    entries.set(JAVA_LONG, at + 32, token);
    entries.set(JAVA_LONG, at + 40, 0);
    entries.set(JAVA_LONG, at + 48, 0);
    entries.set(JAVA_LONG, at + 56, 0);
    return at;
  }

  private void end() {
    INT.setRelease(rings, tailAt, ++tail);
  }

  /** Queues a multishot accept: each completion is a descriptor, non-blocking and close-on-exec. */
  public void acceptMultishot(int fd, long token) {
    long at = begin(OP_ACCEPT, 0, fd, token);
    entries.set(JAVA_SHORT, at + 2, (short) ACCEPT_MULTISHOT);
    entries.set(JAVA_INT, at + 28, SocketCalls.SOCK_NONBLOCK | SocketCalls.SOCK_CLOEXEC);
    end();
  }

  /**
   * Queues a receive into buffers of {@code group}. The socket was found empty, so the kernel does
   * not try it before it becomes readable.
   *
   * @param most the most bytes of a single receive; 0 for a multishot receive, until the end of the
   *     stream, an error or a cancellation
   */
  public void receive(int fd, int group, int most, long token) {
    long at = begin(OP_RECV, BUFFER_SELECT, fd, token);
    entries.set(JAVA_SHORT, at + 2, (short) (POLL_FIRST | (most == 0 ? RECEIVE_MULTISHOT : 0)));
    entries.set(JAVA_INT, at + 24, most); // Linux 5.19 does not take 0 for the buffer's size.
    entries.set(JAVA_SHORT, at + 40, (short) group);
    end();
  }

  /** Queues a multishot receive of datagrams, one a buffer. */
  public void receiveMessages(int fd, int group, MessageBuffers buffers, long token) {
    long at = begin(OP_RECVMSG, BUFFER_SELECT, fd, token);
    entries.set(JAVA_SHORT, at + 2, (short) (POLL_FIRST | RECEIVE_MULTISHOT));
    entries.set(JAVA_LONG, at + 16, buffers.receiving().address());
    entries.set(JAVA_INT, at + 24, 1);
    entries.set(
        JAVA_INT, at + 28, MSG_TRUNC); // reports the full length of a datagram that is cut off
    entries.set(JAVA_SHORT, at + 40, (short) group);
    end();
  }

  /**
   * Queues the sending of a datagram, with the {@code msghdr} from {@link MessageBuffers#sending}.
   *
   * @param zeroCopy whether to send it without a copy: then a second completion, with the flag
   *     {@link CompletionQueue#NOTIFICATION}, reports that the memory is free again
   */
  public void sendMessage(int fd, MemorySegment message, boolean zeroCopy, long token) {
    long at = begin(zeroCopy ? OP_SENDMSG_ZC : OP_SENDMSG, 0, fd, token);
    if (zeroCopy) {
      entries.set(JAVA_SHORT, at + 2, (short) REPORT_USAGE);
    }
    entries.set(JAVA_LONG, at + 16, message.address());
    entries.set(JAVA_INT, at + 24, 1);
    entries.set(JAVA_INT, at + 28, MSG_NOSIGNAL);
    end();
  }

  /**
   * Bytes.
   *
   * @param whole all of them, fewer only with an error; before Linux 6.1 what was sent of them is
   *     forgotten when the request is cancelled
   */
  public void send(
      int fd, MemorySegment memory, long offset, int length, boolean whole, long token) {
    long at = begin(OP_SEND, 0, fd, token);
    entries.set(JAVA_LONG, at + 16, memory.address() + offset);
    entries.set(JAVA_INT, at + 24, length);
    entries.set(JAVA_INT, at + 28, MSG_NOSIGNAL | (whole ? MSG_WAITALL : 0));
    end();
  }

  /** Queues a one-shot poll(2) for {@code events}. */
  public void poll(int fd, int events, long token) {
    long at = begin(OP_POLL_ADD, 0, fd, token);
    entries.set(JAVA_INT, at + 28, events);
    end();
  }

  /** Queues a request that completes at once. */
  public void nothing(long token) {
    begin(OP_NOP, 0, -1, token);
    end();
  }

  /**
   * Queues the cancellation of the request with the token {@code target}; completes only if there
   * is no such request.
   */
  public void cancel(long target, long token) {
    long at = begin(OP_ASYNC_CANCEL, SKIP_SUCCESS, -1, token);
    entries.set(JAVA_LONG, at + 16, target);
    end();
  }

  /** Queues the closing of a descriptor; completes only if that fails. */
  public void close(int fd, long token) {
    begin(OP_CLOSE, SKIP_SUCCESS, fd, token);
    end();
  }

  /** Queues a read of a file at a position. */
  public void read(
      int fd, MemorySegment memory, long offset, int length, long position, long token) {
    transfer(OP_READ, fd, memory, offset, length, position, token);
  }

  /** Queues a write to a file at a position. */
  public void write(
      int fd, MemorySegment memory, long offset, int length, long position, long token) {
    transfer(OP_WRITE, fd, memory, offset, length, position, token);
  }

  private void transfer(
      int operation,
      int fd,
      MemorySegment memory,
      long offset,
      int length,
      long position,
      long token) {
    long at = begin(operation, 0, fd, token);
    entries.set(JAVA_LONG, at + 8, position);
    entries.set(JAVA_LONG, at + 16, memory.address() + offset);
    entries.set(JAVA_INT, at + 24, length);
    end();
  }

  /** Queues an fsync(2) or fdatasync(2). */
  public void sync(int fd, boolean dataOnly, long token) {
    long at = begin(OP_FSYNC, 0, fd, token);
    entries.set(JAVA_INT, at + 28, dataOnly ? 1 : 0);
    end();
  }
}
