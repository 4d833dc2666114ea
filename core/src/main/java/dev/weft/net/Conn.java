package dev.weft.net;

import dev.weft.context.Context;
import dev.weft.internal.poll.CancelSignal;
import dev.weft.internal.poll.NetExceptions;
import dev.weft.internal.poll.StreamFd;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A TCP connection: blocking reads and writes that park the goroutine.
 *
 * <p>Safe for use by any number of threads. One may read while another writes; concurrent reads
 * take turns, and so do concurrent writes, each of which goes out in one piece.
 *
 * <p><b>Deadlines</b> are points in time, as in Go, not durations per call: once set, one holds for
 * the call in progress and all later ones until it is changed. After it has passed, calls in its
 * direction fail at once with {@link java.net.SocketTimeoutException}, and work again when a new
 * deadline is set. Moving one further into the future costs next to nothing, so it may be done
 * before every call.
 *
 * <p><b>Failures.</b> Besides what is said at the methods, reads and writes throw
 *
 * <ul>
 *   <li>{@link java.nio.channels.ClosedChannelException} when the connection is closed on this
 *       side, before or meanwhile;
 *   <li>{@link java.net.SocketTimeoutException} when the deadline passes; its {@code
 *       bytesTransferred} tells how much was written;
 *   <li>{@link java.io.InterruptedIOException} when the thread is interrupted while it would have
 *       to wait: it stays interrupted, and the connection stays open. (A {@link
 *       java.net.SocketTimeoutException} is one too, in the JDK: catch that first);
 *   <li>{@link java.net.SocketException} for what the system reports, such as "connection reset by
 *       peer" or "broken pipe".
 * </ul>
 *
 * The messages name the operation and both addresses.
 */
public final class Conn implements Closeable {
  private final StreamFd fd;
  private final @Nullable CancelSignal cancelSignal;

  Conn(StreamFd fd) {
    this(fd, null);
  }

  private Conn(StreamFd fd, @Nullable CancelSignal cancelSignal) {
    this.fd = fd;
    this.cancelSignal = cancelSignal;
  }

  /**
   * The same connection, for work that belongs to {@code context}: when that is cancelled, or its
   * deadline passes, reads and writes through the returned view fail with the context's exception
   * ({@link dev.weft.context.CancelledException} or {@link
   * dev.weft.context.DeadlineExceededException}), also one that waits just then. The connection
   * stays open, and usable through this object and through views of other contexts; a write that
   * was given up may have written a part. Closing the view closes the connection.
   *
   * <p>Views do not nest: {@code view.withContext(other)} obeys only {@code other}. To obey both,
   * derive {@code other} from the first.
   *
   * <p>A call that need not wait looks at one field; one that waits registers with the context
   * meanwhile, so views need not be given back.
   */
  public Conn withContext(Context context) {
    return new Conn(fd, new ContextCancelSignal(context));
  }

  // Reading

  /** Reads up to {@code buffer.length} bytes; as {@link #read(byte[], int, int)}. */
  public int read(byte[] buffer) throws IOException {
    return fd.read(MemorySegment.ofArray(buffer), 0, buffer.length, cancelSignal);
  }

  /**
   * Reads what is there, at least one byte, waiting for it if need be.
   *
   * @return how many bytes, or -1 at the end of the stream; 0 only when {@code length} is 0
   */
  public int read(byte[] buffer, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, buffer.length);
    return fd.read(MemorySegment.ofArray(buffer), offset, length, cancelSignal);
  }

  /**
   * Reads into the buffer's remaining space and moves its position; as {@link #read(byte[], int,
   * int)}.
   */
  public int read(ByteBuffer buffer) throws IOException {
    if (buffer.isReadOnly()) {
      throw new ReadOnlyBufferException();
    }
    int n = fd.read(MemorySegment.ofBuffer(buffer), 0, buffer.remaining(), cancelSignal);
    if (n > 0) {
      buffer.position(buffer.position() + n);
    }
    return n;
  }

  /** Reads into the segment, from its beginning; as {@link #read(byte[], int, int)}. */
  public int read(MemorySegment segment) throws IOException {
    if (segment.isReadOnly()) {
      throw new IllegalArgumentException("cannot read into a read-only segment");
    }
    return fd.read(segment, 0, (int) Math.min(segment.byteSize(), Integer.MAX_VALUE), cancelSignal);
  }

  /**
   * Waits until there is something to read: bytes, the end of the stream, or an error. A connection
   * that waits here needs no buffer: take one when this returns. The read that follows may have to
   * wait nonetheless, when another thread was faster.
   */
  public void awaitReadable() throws IOException {
    fd.awaitReadable(cancelSignal);
  }

  /**
   * Reports whether a read would return without waiting: bytes, the end of the stream or an error
   * are there. Makes no system call where the poller already knows. On selectors the answer is what
   * the poller has heard since it was first asked, so the first one may be a false negative. On an
   * idle connection between two exchanges, true means that the peer has closed it or has sent what
   * was not asked for.
   */
  public boolean isReadable() throws IOException {
    return fd.isReadable();
  }

  // Writing

  /** Writes all of {@code bytes}. */
  public void write(byte[] bytes) throws IOException {
    fd.write(MemorySegment.ofArray(bytes), 0, bytes.length, cancelSignal);
  }

  /**
   * Writes {@code length} bytes, waiting until the system has taken them all.
   *
   * <p>On io_uring a small write returns when it was copied, and the system takes it a moment
   * later: an error then comes to light with the next write. When the process ends, what was
   * written is handed over before, unless the peer does not read for two seconds, or it ends by
   * {@link Runtime#halt} or a signal that cannot be caught.
   */
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    fd.write(MemorySegment.ofArray(bytes), offset, length, cancelSignal);
  }

  /**
   * Writes the buffer's remaining bytes and moves its position to the limit; when it fails, by what
   * was written, so that the same call goes on where this one stopped.
   */
  public void write(ByteBuffer buffer) throws IOException {
    fd.write(buffer, cancelSignal);
  }

  /** Writes the whole segment. */
  public void write(MemorySegment segment) throws IOException {
    fd.write(segment, 0, segment.byteSize(), cancelSignal);
  }

  /**
   * Writes the remaining bytes of all buffers, in order, with as few system calls as possible, and
   * moves their positions; when it fails, by what was written.
   *
   * @return how many bytes
   */
  public long write(ByteBuffer... buffers) throws IOException {
    return fd.write(buffers, cancelSignal);
  }

  // Streams

  /** A view for code that wants a stream. Closing it closes the connection. */
  public InputStream inputStream() {
    return new ConnInputStream(this);
  }

  /** A view for code that wants a stream; not buffered. Closing it closes the connection. */
  public OutputStream outputStream() {
    return new ConnOutputStream(this);
  }

  // Deadlines

  /** Sets both deadlines; see {@link #setReadDeadline}. */
  public void setDeadline(@Nullable Duration fromNow) throws IOException {
    long at = Deadlines.at(fromNow);
    fd.setReadDeadline(at);
    fd.setWriteDeadline(at);
  }

  /**
   * Sets the time from which reads fail. It is no timeout for each read: once it has passed, every
   * read fails until another one is set.
   *
   * @param fromNow how far in the future; zero or less: reads fail at once; {@code null}: no
   *     deadline
   */
  public void setReadDeadline(@Nullable Duration fromNow) throws IOException {
    fd.setReadDeadline(Deadlines.at(fromNow));
  }

  /** Sets the time from which writes fail; see {@link #setReadDeadline}. */
  public void setWriteDeadline(@Nullable Duration fromNow) throws IOException {
    fd.setWriteDeadline(Deadlines.at(fromNow));
  }

  // Closing

  /** Ends reading: reads, also one in progress, answer the end of the stream. Writing goes on. */
  public void closeRead() throws IOException {
    fd.closeRead();
  }

  /**
   * Ends writing: the peer reads the end of the stream after the last byte written. Reading goes
   * on.
   */
  public void closeWrite() throws IOException {
    fd.closeWrite();
  }

  /** Whether it was not closed on this side; says nothing about the peer. Never blocks. */
  public boolean isOpen() {
    return fd.isOpen();
  }

  /**
   * Closes the connection; calls in progress fail. What was written before still arrives, unless
   * bytes from the peer are left unread (the kernel then resets the connection) or {@code
   * SO_LINGER} is 0. (On io_uring it has to do so within {@code SO_LINGER} seconds, or 60 where
   * that is not set.) Closing again does nothing. Never blocks.
   */
  @Override
  public void close() {
    fd.close();
  }

  // About it

  /** This side's address; {@code null} only when the connection was closed before anyone asked. */
  public @Nullable InetSocketAddress localAddress() {
    return fd.localAddress();
  }

  /** The peer's address. Also after closing. */
  public InetSocketAddress remoteAddress() {
    return Objects.requireNonNull(fd.remoteAddress(), "a connection without a peer");
  }

  /**
   * Sets an option from {@link java.net.StandardSocketOptions} or {@code
   * jdk.net.ExtendedSocketOptions}. TCP_NODELAY is on from the beginning.
   *
   * @throws UnsupportedOperationException when it is not one of {@link #supportedOptions}
   */
  public <T> Conn setOption(SocketOption<T> option, T value) throws IOException {
    fd.setOption(option, value);
    return this;
  }

  /**
   * An option's value, as the system has it.
   *
   * @throws UnsupportedOperationException when it is not one of {@link #supportedOptions}
   */
  public <T> T getOption(SocketOption<T> option) throws IOException {
    return fd.getOption(option);
  }

  /** The options that {@link #setOption} and {@link #getOption} take. */
  public Set<SocketOption<?>> supportedOptions() {
    return fd.supportedOptions();
  }

  @Override
  public String toString() {
    return "tcp "
        + NetExceptions.format(localAddress())
        + "->"
        + NetExceptions.format(fd.remoteAddress())
        + (isOpen() ? "" : " (closed)");
  }
}
