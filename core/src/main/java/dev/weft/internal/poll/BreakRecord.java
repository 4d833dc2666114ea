package dev.weft.internal.poll;

import dev.weft.internal.sys.Errno;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Records what broke a connection, for the calls that the kernel does not tell.
 *
 * <p>The kernel reports a reset or a time-out once, to the first call. A later read would return
 * the end of the stream, as if the peer had sent everything, and a later write would fail with
 * EPIPE. So the first failure is recorded here, and replaces those two results.
 *
 * <p>A reader and a writer may make their calls at the same time, and the one that the kernel told
 * may not have recorded the failure when the other looks. So each direction marks its calls:
 *
 * <pre>
 *   idle --begin--> in call --the system call, then the record of its failure, end--> idle
 * </pre>
 *
 * A call that was told of the end or of a broken pipe first ends, and then waits while a call of
 * the other direction is in progress; after that the record is complete. None waits inside of its
 * call, so no two wait for each other, and a call itself never waits for its peer.
 *
 * <p>Memory ordering: the mark is set before the system call, which takes the socket's lock in the
 * kernel. If the other direction's system call came later in the order of that lock, it is followed
 * by a look that sees the mark, or its removal and with that the record.
 */
abstract class BreakRecord extends Transport {
  /** Looks at the other direction's mark before the processor is offered to other threads. */
  private static final int SPINS = 100;

  private static final VarHandle IN_READ;
  private static final VarHandle IN_WRITE;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      IN_READ = lookup.findVarHandle(BreakRecord.class, "inRead", boolean.class);
      IN_WRITE = lookup.findVarHandle(BreakRecord.class, "inWrite", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile boolean inRead;
  private volatile boolean inWrite;

  /** The failure that broke the connection, a negated error number; 0 while none is known. */
  private volatile int brokenBy;

  private volatile boolean writingEnded;

  /** Whether a read has returned the end of the stream. Guarded by the read lock. */
  private boolean endRead;

  BreakRecord(PollDesc poll) {
    super(poll);
  }

  /** Marks a call under the read lock. */
  final void beginRead() {
    IN_READ.setRelease(this, true);
  }

  /** Ends the call that {@link #beginRead} has marked. */
  final void endRead() {
    IN_READ.setRelease(this, false);
  }

  /** Marks a call under the write lock. */
  final void beginWrite() {
    IN_WRITE.setRelease(this, true);
  }

  /** Ends the call that {@link #beginWrite} has marked. */
  final void endWrite() {
    IN_WRITE.setRelease(this, false);
  }

  /**
   * Records what broke the connection; the first failure counts. Also called by a backend that has
   * met a failure outside of a read or a write.
   */
  protected final void brokenBy(int error) {
    if (brokenBy == 0) {
      brokenBy = error;
    }
  }

  /** Records the result of a call, before it ends, if that is a failure of the connection. */
  final int recorded(int result) {
    switch (-result) {
      case Errno.ECONNRESET,
          Errno.ECONNABORTED,
          Errno.ETIMEDOUT,
          Errno.EHOSTUNREACH,
          Errno.ENETUNREACH ->
          brokenBy(result);
      default -> {}
    }
    return result;
  }

  /** Records that this side ends writing. Called before the shutdown. */
  final void endWriting() {
    writingEnded = true;
  }

  /** Reports whether this side has ended writing: its later writes fail. */
  protected final boolean hasEndedWriting() {
    return writingEnded;
  }

  /**
   * Returns the failure in place of the end of the stream, if the connection broke before a read
   * has returned the end.
   */
  final int explainRead(int result) {
    if (result != 0 || endRead) {
      return result;
    }
    int cause = cause(true);
    endRead = cause == 0;
    return cause;
  }

  /** Returns the failure in place of a broken pipe, if the connection has broken. */
  final int explainWrite(int result) {
    if (result != -Errno.EPIPE || writingEnded) {
      return result;
    }
    int cause = cause(false);
    return cause == 0 ? result : cause;
  }

  /** Reports whether a write has failed because the connection is broken, for no known reason. */
  protected final boolean isReasonUnknown(int result) {
    return result == -Errno.EPIPE && brokenBy == 0 && !writingEnded;
  }

  private int cause(boolean reading) {
    for (int i = 0; brokenBy == 0 && (reading ? inWrite : inRead); i++) {
      if (i < SPINS) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
    return brokenBy;
  }
}
