package dev.weft.internal.poll;

import dev.weft.internal.sys.RightsCalls;
import dev.weft.internal.sys.TcpInfoStruct;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A byte stream as a backend has it. */
public abstract class StreamTransport extends Transport {
  /**
   * A Unix listener's queue is full, and no signal reports when it has room. Differs from every
   * negated error number.
   */
  public static final int TRY_LATER = Integer.MIN_VALUE;

  /**
   * The kernel cannot move the next bytes by itself: they have to be read and written. No negated
   * error number.
   */
  public static final int USE_BUFFER = Integer.MIN_VALUE + 1;

  protected StreamTransport(PollDesc poll) {
    super(poll);
  }

  /**
   * Begins to connect: 0 when connected, {@link #WOULD_BLOCK} when {@link #finishConnect} is to be
   * asked after a write signal, {@link #TRY_LATER} when this is to be called again after a pause.
   */
  protected abstract int tryConnect(SocketAddress remote) throws IOException;

  /**
   * The result of connecting: 0, {@link #WOULD_BLOCK} while it is in progress, or a negated error
   * number.
   */
  protected abstract int finishConnect() throws IOException;

  /** Reads at least one byte; 0 at the end of the stream. */
  protected abstract int tryRead(MemorySegment memory, long offset, int length) throws IOException;

  /** Whether a read would not wait. */
  protected abstract boolean isReadable() throws IOException;

  /**
   * The same right after a signal. A backend looks again if its signals may be for what has been
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

  /** An empty pipe, to be released; {@code null} when none can be opened now. */
  protected @Nullable KernelPipe takePipe() {
    return null;
  }

  /**
   * Moves bytes into an empty pipe: a count, 0 at the end of the stream, {@link #WOULD_BLOCK},
   * {@link #USE_BUFFER}, or a negated error number. A read operation.
   */
  protected int tryFill(KernelPipe pipe, int max) {
    return USE_BUFFER;
  }

  /**
   * Moves bytes from {@code source} into this stream; results as {@link KernelSource#moveTo}, with
   * {@link #WOULD_BLOCK} when the stream has no room. A write operation.
   */
  protected int tryTransfer(KernelSource source, long position, int max) {
    return USE_BUFFER;
  }

  // Passing descriptors

  /**
   * Ends what the backend does for one direction ahead of its calls or behind them, so that another
   * process can go on with the socket: 0, {@link #WOULD_BLOCK}, or a negated error number; EBUSY
   * when bytes were received that no read has taken.
   */
  protected int tryDetach(boolean reading) {
    return 0;
  }

  /** Writes as {@code tryWrite}, at least one byte, and passes descriptors with it. */
  protected int trySendRights(MemorySegment memory, long offset, int length, int[] numbers) {
    throw noRights();
  }

  /** Reads as {@code tryRead}, and takes the descriptors that came with the bytes. */
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
   * What the kernel knows of a TCP connection.
   *
   * @throws dev.weft.internal.sys.SystemCallException with the error number when the system refuses
   */
  protected TcpInfoStruct tcpInfo() throws IOException {
    throw new UnsupportedOperationException(
        "the figures of a TCP connection need the epoll or the io_uring poller");
  }

  /**
   * The process, user and group number of a Unix connection's peer.
   *
   * @throws dev.weft.internal.sys.SystemCallException with the error number when the system refuses
   */
  protected int[] peerCredentials() throws IOException {
    throw new UnsupportedOperationException(
        "peer credentials of a Unix connection need the epoll or the io_uring poller");
  }

  /** Ends one direction: reading or writing. */
  protected abstract int shutdown(boolean reading) throws IOException;
}
