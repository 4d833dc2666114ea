package dev.weft.internal.poll;

import dev.weft.internal.sys.RightsCalls;
import dev.weft.internal.sys.TcpInfoStruct;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The backend's side of a byte stream. */
public abstract class StreamTransport extends BreakRecord {
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

  protected StreamTransport(PollDesc poll) {
    super(poll);
  }

  // The calls of StreamFd: each makes one try below, and records what broke the connection.

  /** As {@link #tryRead}; instead of the end of the stream, the failure that broke it. */
  final int read(MemorySegment memory, long offset, int length) throws IOException {
    int n;
    beginRead();
    try {
      n = recorded(tryRead(memory, offset, length));
    } finally {
      endRead();
    }
    return explainRead(n);
  }

  /** As {@link #tryReceiveRights}; instead of the end of the stream, the failure that broke it. */
  final int receiveRights(
      MemorySegment memory, long offset, int length, RightsCalls.Received received)
      throws IOException {
    int n;
    beginRead();
    try {
      n = recorded(tryReceiveRights(memory, offset, length, received));
    } finally {
      endRead();
    }
    return explainRead(n);
  }

  /** As {@link #tryFill}; instead of the end of the stream, the failure that broke it. */
  final int fill(KernelPipe pipe, int max) {
    int n;
    beginRead();
    try {
      n = recorded(tryFill(pipe, max));
    } finally {
      endRead();
    }
    return explainRead(n);
  }

  /**
   * Reports whether a read would return without waiting.
   *
   * @param signalled whether a signal was given since the last call
   */
  final boolean isReadable(boolean signalled) throws IOException {
    beginRead();
    try {
      return signalled ? isReadableAfterSignal() : isReadable();
    } finally {
      endRead();
    }
  }

  /** As {@code tryWrite}; instead of a broken pipe, the failure that broke the connection. */
  final int write(MemorySegment memory, long offset, int length) throws IOException {
    int n;
    beginWrite();
    try {
      n = recorded(tryWrite(memory, offset, length));
    } finally {
      endWrite();
    }
    return explainWrite(n);
  }

  /** As {@code tryWrite}; instead of a broken pipe, the failure that broke the connection. */
  final int write(ByteBuffer[] buffers, int first, int end) throws IOException {
    int n;
    beginWrite();
    try {
      n = recorded(tryWrite(buffers, first, end));
    } finally {
      endWrite();
    }
    return explainWrite(n);
  }

  /** As {@link #trySendRights}; instead of a broken pipe, the failure that broke the connection. */
  final int sendRights(MemorySegment memory, long offset, int length, int[] numbers) {
    int n;
    beginWrite();
    try {
      n = recorded(trySendRights(memory, offset, length, numbers));
    } finally {
      endWrite();
    }
    return explainWrite(n);
  }

  /** As {@link #tryTransfer}; instead of a broken pipe, the failure that broke the connection. */
  final int transfer(KernelSource source, long position, int max) {
    int n;
    beginWrite();
    try {
      n = recorded(tryTransfer(source, position, max));
    } finally {
      endWrite();
    }
    return explainWrite(n);
  }

  // The backend's operations

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

  /** Has {@link #close} reset the connection; for streams without the option SO_LINGER. */
  protected void abortOnClose() {
    throw new UnsupportedOperationException("a socket is reset by SO_LINGER");
  }

  /** Shuts down one direction, reading or writing. */
  protected abstract int shutdown(boolean reading) throws IOException;
}
