package dev.weft.internal.poll.socket;

import dev.weft.internal.poll.Endpoint;
import dev.weft.internal.poll.KernelPipe;
import dev.weft.internal.poll.KernelSource;
import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.poll.StreamTransport;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.OptionCalls;
import dev.weft.internal.sys.RawAddress;
import dev.weft.internal.sys.RightsCalls;
import dev.weft.internal.sys.Scratch;
import dev.weft.internal.sys.SocketCalls;
import dev.weft.internal.sys.SystemCallException;
import dev.weft.internal.sys.TcpInfoStruct;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A stream socket, except for reading, writing one piece, and waiting. */
public abstract class NativeStream extends StreamTransport {
  /**
   * Buffers of this size are written one by one; smaller ones are gathered, because copying them
   * costs less than a system call.
   */
  private static final int GATHER_BELOW = 16 * 1024;

  protected final NativeSocket socket;
  private final PipePool pipes;

  /** Cleared when the kernel has refused to splice this kind of socket. */
  private volatile boolean splices = true;

  /** Creates an unconnected stream. */
  protected NativeStream(PollDesc poll, NativeSocket socket, PipePool pipes) {
    super(poll);
    this.socket = socket;
    this.pipes = pipes;
  }

  /** Creates the stream of an accepted connection. */
  protected NativeStream(
      PollDesc poll, int fd, RawAddress remote, NativeSocket listener, PipePool pipes) {
    super(poll);
    this.pipes = pipes;
    socket = NativeSocket.accepted(fd, remote, listener);
  }

  /** Arranges for the write signal when the socket is writable. */
  protected abstract int awaitWritable();

  @Override
  protected final Endpoint endpoint() {
    return socket;
  }

  @Override
  protected final int bind(SocketAddress address) {
    return socket.bind(address);
  }

  @Override
  protected final int tryConnect(SocketAddress address) {
    int result = socket.connect(address);
    if (result == WOULD_BLOCK) {
      return TRY_LATER;
    }
    return result == -Errno.EINPROGRESS || result == -Errno.EINTR ? awaitWritable() : result;
  }

  @Override
  protected final int finishConnect() {
    poll.consumeWrite();
    // getpeername fails with ENOTCONN while the socket connects, and when that has failed.
    if (SocketCalls.peerAddress(socket.fd, new RawAddress()) != -Errno.ENOTCONN) {
      return 0;
    }
    int error = SocketOptions.ERROR.get(socket.fd);
    return error == 0 ? awaitWritable() : -Math.abs(error); // 0: a spurious signal
  }

  @Override
  protected final TcpInfoStruct tcpInfo() throws SystemCallException {
    return OptionCalls.tcpInfo(socket.fd);
  }

  @Override
  protected final int[] peerCredentials() throws SystemCallException {
    return SocketOptions.peerCredentials(socket.fd);
  }

  @Override
  protected final int tryWrite(ByteBuffer[] buffers, int first, int end) throws IOException {
    ByteBuffer head = buffers[first];
    if (!isGathered(head) || first + 1 == end) {
      int n = tryWrite(MemorySegment.ofBuffer(head), 0, head.remaining());
      if (n > 0) {
        head.position(head.position() + n);
      }
      return n;
    }
    Scratch scratch = Scratch.take();
    try {
      int gathered = 0;
      for (int i = first; i < end && isGathered(buffers[i]); i++) {
        int part = Math.min(buffers[i].remaining(), Scratch.BYTES - gathered);
        MemorySegment.copy(MemorySegment.ofBuffer(buffers[i]), 0, scratch.data, gathered, part);
        gathered += part;
      }
      int n = tryWrite(scratch.data, 0, gathered);
      int left = n;
      for (int i = first; left > 0; i++) {
        int part = Math.min(left, buffers[i].remaining());
        buffers[i].position(buffers[i].position() + part);
        left -= part;
      }
      return n;
    } finally {
      scratch.give();
    }
  }

  /** A mapped buffer is not gathered: copying it might wait for a disk, and delay safepoints. */
  private static boolean isGathered(ByteBuffer buffer) {
    return buffer.remaining() < GATHER_BELOW
        && !(buffer.isDirect() && MemorySegment.ofBuffer(buffer).isMapped());
  }

  @Override
  protected final boolean splices() {
    return splices;
  }

  @Override
  protected final @Nullable KernelPipe takePipe() {
    return pipes.take();
  }

  /** Reads from the socket directly, bypassing the backend's buffers. */
  protected interface DirectRead {
    /** Reads without waiting; returns the result of the system call. */
    int read(int socket, int max);
  }

  /**
   * Reads from the socket directly: returns a count, 0 at the end of the stream, {@link
   * #WOULD_BLOCK}, a negated error number, or {@link #USE_BUFFER} when an ordinary read must come
   * first.
   */
  protected abstract int tryReadDirect(DirectRead how, int max);

  @Override
  protected final int tryFill(KernelPipe pipe, int max) {
    int n = tryReadDirect((SplicePipe) pipe, max);
    if (n == -Errno.EINVAL || n == -Errno.ENOSYS || n == -Errno.EPERM) {
      splices = false;
      return USE_BUFFER;
    }
    return n;
  }

  /**
   * Returns 0 when bytes written to the socket directly keep their order; else {@link
   * #WOULD_BLOCK}, with a write signal to follow, or a negated error number.
   */
  protected int beginDirectWrite() {
    return 0;
  }

  /**
   * Returns the result of a send that did not have to wait, or {@link #WOULD_BLOCK} when it must be
   * tried again after a write signal.
   */
  protected int sent(int result) {
    return result;
  }

  @Override
  protected final int tryTransfer(KernelSource source, long position, int max) {
    while (true) {
      int ready = beginDirectWrite();
      if (ready != 0) {
        return ready;
      }
      int n = source.moveTo(socket.fd, position, max);
      if (n == WOULD_BLOCK && !poll.consumeWrite()) {
        return awaitWritable();
      }
      // A signal from before the try may be outdated; it is consumed now, so try once more.
      if (n != WOULD_BLOCK && n != -Errno.EINTR) {
        return sent(n);
      }
    }
  }

  // Passing descriptors

  @Override
  protected final int duplicate() {
    return socket.duplicate();
  }

  @Override
  protected final int trySendRights(MemorySegment memory, long offset, int length, int[] numbers) {
    requireUnix();
    return tryTransfer(
        (fd, position, max) -> RightsCalls.send(fd, memory, offset, max, numbers), 0, length);
  }

  @Override
  protected int tryReceiveRights(
      MemorySegment memory, long offset, int length, RightsCalls.Received received)
      throws IOException {
    requireUnix();
    int n =
        tryReadDirect((fd, max) -> RightsCalls.receive(fd, memory, offset, max, received), length);
    return n == USE_BUFFER ? tryRead(memory, offset, length) : n;
  }

  private void requireUnix() {
    if (!socket.isUnix()) {
      throw new UnsupportedOperationException("only Unix sockets pass descriptors");
    }
  }
}
