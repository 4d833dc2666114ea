package dev.weft.internal.poll;

import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.RightsCalls;
import dev.weft.internal.sys.TcpInfoStruct;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The backend's side of a byte stream. */
public abstract class StreamTransport extends Transport {
  /**
   * A Unix listener's queue is full, and no signal reports when it has room. Differs from every
   * negated error number.
   */
  public static final int TRY_LATER = Integer.MIN_VALUE;

  /**
   * The kernel cannot move the next bytes: they must be read and written. Differs from every
   * negated error number.
   */
  public static final int USE_BUFFER = Integer.MIN_VALUE + 1;

  /** The failure that broke the connection, a negated error number; 0 while none is known. */
  private volatile int brokenBy;

  private volatile boolean writingEnded;

  /** Whether a read has returned the end of the stream. Guarded by the read lock. */
  private boolean endRead;

  protected StreamTransport(PollDesc poll) {
    super(poll);
  }

  // Why the connection broke. The kernel reports a reset or a time-out once, to the first call. A
  // later read would return the end of the stream, as if the peer had sent everything, and a later
  // write would fail with EPIPE.

  /**
   * Records what broke the connection; the first failure counts. Also called by a backend that has
   * met a failure outside of a read or a write.
   */
  protected final void brokenBy(int error) {
    if (brokenBy == 0) {
      brokenBy = error;
    }
  }

  /** Records that this side ends writing. Called before {@link #shutdown}. */
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
    if (result != 0) {
      return recorded(result);
    }
    int cause = endRead ? 0 : brokenBy;
    endRead |= cause == 0;
    return cause;
  }

  /** Returns the failure in place of a broken pipe, if the connection has broken. */
  final int explainWrite(int result) {
    if (result != -Errno.EPIPE) {
      return recorded(result);
    }
    int cause = brokenBy;
    return cause == 0 || writingEnded ? result : cause;
  }

  /**
   * Reports whether a write has failed because the connection is broken, and the reason was told to
   * a read, which has not recorded it yet.
   */
  protected final boolean isReasonOutstanding(int result) {
    return result == -Errno.EPIPE && brokenBy == 0 && !writingEnded && isBroken();
  }

  /**
   * Reports whether the connection has ended in both directions, so that reads do not wait. Called
   * after a broken pipe, which the peer of a Unix socket also brings about by ending to read.
   */
  protected abstract boolean isBroken();

  private int recorded(int result) {
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

  /**
   * Starts connecting. Returns 0 when connected, {@link #WOULD_BLOCK} when {@link #finishConnect}
   * must be called after a write signal, or {@link #TRY_LATER} when this must be called again after
   * a pause.
   */
  protected abstract int tryConnect(SocketAddress remote) throws IOException;

  /**
   * Returns the result of connecting: 0, {@link #WOULD_BLOCK} while it is in progress, or a negated
   * error number.
   */
  protected abstract int finishConnect() throws IOException;

  /** Reads at least one byte; returns 0 at the end of the stream. */
  protected abstract int tryRead(MemorySegment memory, long offset, int length) throws IOException;

  /** Reports whether a read would return without waiting. */
  protected abstract boolean isReadable() throws IOException;

  /**
   * The same right after a signal. A backend checks again if a signal may concern bytes that were
   * read already.
   */
  protected boolean isReadableAfterSignal() throws IOException {
    return true;
  }

  protected abstract int tryWrite(MemorySegment memory, long offset, int length) throws IOException;

  /**
   * Writes from the buffers in order, starting at {@code first}, and moves their positions. At
   * least one has bytes left.
   */
  protected abstract int tryWrite(ByteBuffer[] buffers, int first, int end) throws IOException;

  // Transfers inside the kernel

  /** Reports whether the kernel can move bytes from and to this stream, as far as is known. */
  protected boolean splices() {
    return false;
  }

  /** Returns an empty pipe, which the caller must release; {@code null} when none can be opened. */
  protected @Nullable KernelPipe takePipe() {
    return null;
  }

  /**
   * Moves bytes into an empty pipe, as a read operation. Returns a count, 0 at the end of the
   * stream, {@link #WOULD_BLOCK}, {@link #USE_BUFFER}, or a negated error number.
   */
  protected int tryFill(KernelPipe pipe, int max) {
    return USE_BUFFER;
  }

  /**
   * Moves bytes from {@code source} into this stream, as a write operation. Results are those of
   * {@link KernelSource#moveTo}, with {@link #WOULD_BLOCK} when the send buffer is full.
   */
  protected int tryTransfer(KernelSource source, long position, int max) {
    return USE_BUFFER;
  }

  // Passing descriptors

  /**
   * Ends the work that the backend does for one direction outside its calls, so that another
   * process can use the socket. Returns 0, {@link #WOULD_BLOCK}, or a negated error number; EBUSY
   * when received bytes were not read yet.
   */
  protected int tryDetach(boolean reading) {
    return 0;
  }

  /** Writes at least one byte, as {@code tryWrite}, and passes descriptors with the first. */
  protected int trySendRights(MemorySegment memory, long offset, int length, int[] numbers) {
    throw noRights();
  }

  /** Reads as {@code tryRead}, and receives the descriptors that came with the bytes. */
  protected int tryReceiveRights(
      MemorySegment memory, long offset, int length, RightsCalls.Received received)
      throws IOException {
    throw noRights();
  }

  private static UnsupportedOperationException noRights() {
    return new UnsupportedOperationException(
        "passing descriptors needs a Unix socket and the epoll or the io_uring poller");
  }

  /**
   * Returns the kernel's figures of a TCP connection.
   *
   * @throws dev.weft.internal.sys.SystemCallException when the system refuses
   */
  protected TcpInfoStruct tcpInfo() throws IOException {
    throw new UnsupportedOperationException(
        "the figures of a TCP connection need the epoll or the io_uring poller");
  }

  /**
   * Returns the process, user and group ID of a Unix connection's peer.
   *
   * @throws dev.weft.internal.sys.SystemCallException when the system refuses
   */
  protected int[] peerCredentials() throws IOException {
    throw new UnsupportedOperationException(
        "peer credentials of a Unix connection need the epoll or the io_uring poller");
  }

  /** Shuts down one direction, reading or writing. */
  protected abstract int shutdown(boolean reading) throws IOException;
}
