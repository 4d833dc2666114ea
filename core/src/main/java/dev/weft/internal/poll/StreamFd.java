package dev.weft.internal.poll;

import dev.weft.internal.poll.error.NetExceptions;
import dev.weft.internal.poll.error.NetOperation;
import dev.weft.internal.sys.RightsCalls;
import dev.weft.internal.sys.SystemCallException;
import dev.weft.internal.sys.TcpInfoStruct;
import dev.weft.internal.track.Events;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The descriptor of a byte stream. */
public final class StreamFd extends Fd implements Events.Connection {

  private final StreamTransport stream;
  private volatile boolean readShut;

  public StreamFd(StreamTransport stream) {
    super(stream);
    this.stream = stream;
    opened();
    if (Events.listener() != null && remoteAddress() != null) {
      connected(this);
    }
  }

  /** Reports whether {@link #closeRead} was called, after which reads return the end. */
  boolean isReadShut() {
    return readShut;
  }

  @Override
  String waitReason(boolean reading) {
    return (reading
            ? NetOperation.READ
            : remoteAddress() == null ? NetOperation.DIAL : NetOperation.WRITE)
        + " "
        + this;
  }

  @Override
  String where(@Nullable SocketAddress local) {
    return stream.endpoint().network()
        + " "
        + NetExceptions.format(local)
        + "->"
        + NetExceptions.format(remoteAddress());
  }

  /**
   * Reads at least one byte, waiting if need be. Returns -1 at the end of the stream, and 0 only
   * for a {@code length} of 0.
   *
   * <p>The locking code is repeated here and in {@code write}, instead of being passed a lambda,
   * because this is the hot path.
   */
  public int read(
      MemorySegment memory, long offset, int length, @Nullable CancelSignal cancelSignal)
      throws IOException {
    lockRead(NetOperation.READ, cancelSignal);
    try {
      while (true) {
        check(NetOperation.READ, poll.read, 0, cancelSignal);
        if (readShut) {
          return -1;
        }
        if (length == 0) {
          return 0;
        }
        int n = stream.read(memory, offset, length);
        if (n > 0) {
          return n;
        }
        if (n == 0) {
          return -1;
        }
        if (n != Transport.WOULD_BLOCK) {
          throw failure(NetOperation.READ, n);
        }
        await(NetOperation.READ, poll.read, 0, cancelSignal);
      }
    } finally {
      unlockRead();
    }
  }

  /**
   * Waits until a read would return without waiting, with bytes, the end of the stream or an error.
   */
  public void awaitReadable(@Nullable CancelSignal cancelSignal) throws IOException {
    lockRead(NetOperation.READ, cancelSignal);
    try {
      check(NetOperation.READ, poll.read, 0, cancelSignal);
      boolean readable = readShut || stream.isReadable(false);
      while (!readable) {
        await(NetOperation.READ, poll.read, 0, cancelSignal);
        readable = readShut || stream.isReadable(true);
      }
    } catch (SystemCallException e) {
      throw failure(NetOperation.READ, -e.errno());
    } finally {
      unlockRead();
    }
  }

  /**
   * Reports whether a read would return without waiting, with bytes, the end of the stream or an
   * error. Never waits: while another thread reads, a read would queue behind that.
   */
  public boolean isReadable() throws IOException {
    if (!tryLockRead(NetOperation.READ)) {
      return false;
    }
    try {
      if (poll.isClosing()) {
        throw NetExceptions.closed(NetOperation.READ, whereInUse());
      }
      return readShut || stream.isReadable(false);
    } catch (SystemCallException e) {
      throw failure(NetOperation.READ, -e.errno());
    } finally {
      unlockRead();
    }
  }

  /** Writes all bytes, waiting as often as needed. */
  public void write(
      MemorySegment memory, long offset, long length, @Nullable CancelSignal cancelSignal)
      throws IOException {
    write(memory, offset, length, cancelSignal, null);
  }

  /**
   * Writes the remaining bytes and moves the position; after a failure, by the number of bytes
   * written.
   */
  public void write(ByteBuffer buffer, @Nullable CancelSignal cancelSignal) throws IOException {
    write(MemorySegment.ofBuffer(buffer), 0, buffer.remaining(), cancelSignal, buffer);
  }

  /**
   * The same for a buffer of which the caller also has a memory segment that begins at its position
   * 0.
   */
  public void write(MemorySegment memory, ByteBuffer buffer, @Nullable CancelSignal cancelSignal)
      throws IOException {
    write(memory, buffer.position(), buffer.remaining(), cancelSignal, buffer);
  }

  private void write(
      MemorySegment memory,
      long offset,
      long length,
      @Nullable CancelSignal cancelSignal,
      @Nullable ByteBuffer moved)
      throws IOException {
    long done = 0;
    lockWrite(NetOperation.WRITE, cancelSignal);
    try {
      do {
        check(NetOperation.WRITE, poll.write, clamp(done), cancelSignal);
        int n = stream.write(memory, offset + done, clamp(length - done));
        if (n >= 0) {
          done += n;
        } else if (n == Transport.WOULD_BLOCK) {
          await(NetOperation.WRITE, poll.write, clamp(done), cancelSignal);
        } else {
          throw failure(NetOperation.WRITE, n);
        }
      } while (done < length);
    } finally {
      unlockWrite();
      if (moved != null) {
        moved.position(moved.position() + clamp(done));
      }
    }
  }

  /** Writes all buffers, in order. */
  public long write(ByteBuffer[] buffers, @Nullable CancelSignal cancelSignal) throws IOException {
    lockWrite(NetOperation.WRITE, cancelSignal);
    try {
      long done = 0;
      for (int first = 0; (first = skipEmpty(buffers, first)) < buffers.length; ) {
        check(NetOperation.WRITE, poll.write, clamp(done), cancelSignal);
        int n = stream.write(buffers, first, buffers.length);
        if (n >= 0) {
          done += n;
        } else if (n == Transport.WOULD_BLOCK) {
          await(NetOperation.WRITE, poll.write, clamp(done), cancelSignal);
        } else {
          throw failure(NetOperation.WRITE, n);
        }
      }
      return done;
    } finally {
      unlockWrite();
    }
  }

  private static int skipEmpty(ByteBuffer[] buffers, int from) {
    int i = from;
    while (i < buffers.length && !buffers[i].hasRemaining()) {
      i++;
    }
    return i;
  }

  private static int clamp(long n) {
    return (int) Math.min(n, Integer.MAX_VALUE);
  }

  // Passing descriptors

  /**
   * {@inheritDoc} Waits until all written bytes are in the socket.
   *
   * @throws IOException also when bytes were received ahead and not read yet
   */
  @Override
  public int duplicate() throws IOException {
    lockRead(NetOperation.DUPLICATE, null);
    try {
      DescriptorPassing.detach(this, stream, true);
    } finally {
      unlockRead();
    }
    lockWrite(NetOperation.DUPLICATE, null);
    try {
      DescriptorPassing.detach(this, stream, false);
      return super.duplicate();
    } finally {
      unlockWrite();
    }
  }

  /** Writes all bytes, at least one; the descriptors are sent with the first byte. */
  public void sendRights(
      MemorySegment memory, int length, int[] numbers, @Nullable CancelSignal cancelSignal)
      throws IOException {
    DescriptorPassing.send(this, stream, memory, length, numbers, cancelSignal);
  }

  /**
   * Reads at least one byte, and receives the descriptors that came with it; returns -1 at the end
   * of the stream.
   */
  public int receiveRights(
      MemorySegment memory,
      int length,
      RightsCalls.Received received,
      @Nullable CancelSignal cancelSignal)
      throws IOException {
    return DescriptorPassing.receive(this, stream, memory, length, received, cancelSignal);
  }

  // Transfers inside the kernel

  /** Reports whether the kernel can move bytes from and to this stream, as far as is known. */
  public boolean splices() {
    return stream.splices();
  }

  /**
   * Moves bytes into a pipe, waiting for the first byte. Holds no pipe while it waits.
   *
   * @return a pipe, which the caller must release, empty at the end of the stream; {@code null}
   *     when the next bytes must be read
   */
  public @Nullable KernelPipe fillPipe(int max, @Nullable CancelSignal cancelSignal)
      throws IOException {
    return KernelTransfer.fillPipe(this, stream, max, cancelSignal);
  }

  /** Moves all bytes from the pipe into the stream, waiting as often as needed. */
  public void drain(KernelPipe pipe, @Nullable CancelSignal cancelSignal) throws IOException {
    KernelTransfer.drain(this, stream, pipe, cancelSignal);
  }

  /**
   * Moves bytes from a file into the stream, waiting while the send buffer is full.
   *
   * @return the number of bytes, at least 1; 0 at the end of the file; or {@link
   *     StreamTransport#USE_BUFFER}
   */
  public int transfer(
      KernelSource file, long position, int max, @Nullable CancelSignal cancelSignal)
      throws IOException {
    return KernelTransfer.transfer(this, stream, file, position, max, cancelSignal);
  }

  /**
   * Connects, and waits for the result. Uses the descriptor's deadlines, and clears them.
   *
   * @param deadline on {@link System#nanoTime}'s scale; 0 for none
   */
  public void connect(SocketAddress remote, long deadline, @Nullable CancelSignal cancelSignal)
      throws IOException {
    setReadDeadline(deadline);
    setWriteDeadline(deadline);
    StreamConnector.connect(this, stream, remote, cancelSignal);
    setReadDeadline(Direction.NONE);
    setWriteDeadline(Direction.NONE);
  }

  /**
   * Returns the kernel's figures of a TCP connection.
   *
   * @throws UnsupportedOperationException when the backend does not support that
   */
  public TcpInfoStruct tcpInfo() throws IOException {
    return access(NetOperation.GET, "TCP_INFO", stream::tcpInfo);
  }

  @Override
  public Events.@Nullable Bytes bytes() {
    if (!stream.endpoint().network().startsWith("tcp")) {
      return null;
    }
    try {
      TcpInfoStruct info = tcpInfo();
      return new Events.Bytes(info.bytesReceived(), info.bytesAcknowledged());
    } catch (IOException | UnsupportedOperationException e) {
      return null; // closed meanwhile, or a poller that does not tell
    }
  }

  /**
   * Returns the process, user and group ID of a Unix connection's peer.
   *
   * @throws UnsupportedOperationException when the backend does not support that
   */
  public int[] peerCredentials() throws IOException {
    return access(NetOperation.GET, "peer credentials", stream::peerCredentials);
  }

  /** Shuts down reading: the read in progress and every later one return the end of the stream. */
  public void closeRead() throws IOException {
    shutdown(NetOperation.CLOSE_READ, true);
  }

  /** Shuts down writing: the peer reads the end of the stream after the last byte written. */
  public void closeWrite() throws IOException {
    shutdown(NetOperation.CLOSE_WRITE, false);
  }

  /** Closes a stream without the option SO_LINGER, and resets the connection. */
  public void abort() {
    stream.abortOnClose();
    close();
  }

  private void shutdown(NetOperation operation, boolean reading) throws IOException {
    reference(operation);
    try {
      if (reading) {
        readShut = true;
      } else {
        stream.endWriting();
      }
      int result = stream.shutdown(reading);
      // Some backends do not signal the end of one direction: epoll does not for a Unix socket.
      if (reading) {
        poll.signalRead();
      } else {
        poll.signalWrite();
      }
      if (result < 0) {
        throw failure(operation, result);
      }
    } finally {
      dereference();
    }
  }
}
