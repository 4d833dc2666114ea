package dev.weft.net;

import dev.weft.context.Context;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A connection: two byte streams, one in each direction, between two ends. Blocking calls park the
 * goroutine; called outside a goroutine they block the thread.
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
 *       side, before or during the call;
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
 *
 * <p><b>Implementing it.</b> All of the above is part of the contract. The abstract methods are
 * what an implementation has to supply; the others have defaults that are built on those, to be
 * overridden where a copy or an allocation can be saved. Two things are optional: socket options
 * (the defaults have none), and half-close ({@link #closeRead} and {@link #closeWrite} throw {@link
 * UnsupportedOperationException} where the protocol has no such thing). An implementation that
 * wraps another connection passes on {@link #setReadDeadline}, {@link #setWriteDeadline}, {@link
 * #close} and {@link #withContext}, so that calls in progress end.
 */
public interface Conn extends Closeable {
  /**
   * The same connection, for work that belongs to {@code context}: when that is cancelled, or its
   * deadline passes, reads and writes through the returned view fail with the context's exception
   * ({@link dev.weft.context.CancelledException} or {@link
   * dev.weft.context.DeadlineExceededException}), also one that is waiting. The connection stays
   * open, and usable through this object and through views of other contexts; a write that was
   * given up may have written a part. Closing the view closes the connection.
   *
   * <p>Views do not nest: {@code view.withContext(other)} obeys only {@code other}. To obey both,
   * derive {@code other} from the first.
   *
   * <p>A call that need not wait looks at one field; one that waits registers with the context
   * meanwhile, so views need not be given back.
   */
  Conn withContext(Context context);

  // Reading

  /** Reads up to {@code buffer.length} bytes; as {@link #read(byte[], int, int)}. */
  default int read(byte[] buffer) throws IOException {
    return read(buffer, 0, buffer.length);
  }

  /**
   * Reads the bytes that are there, at least one, waiting for it if need be.
   *
   * @return how many bytes, or -1 at the end of the stream; 0 only when {@code length} is 0
   */
  default int read(byte[] buffer, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, buffer.length);
    return read(ByteBuffer.wrap(buffer, offset, length));
  }

  /**
   * Reads into the buffer's remaining space and moves its position; as {@link #read(byte[], int,
   * int)}.
   *
   * @throws java.nio.ReadOnlyBufferException when the buffer is read-only
   */
  int read(ByteBuffer buffer) throws IOException;

  /**
   * Reads into the segment, from its beginning; as {@link #read(byte[], int, int)}.
   *
   * @throws IllegalArgumentException when the segment is read-only
   */
  default int read(MemorySegment segment) throws IOException {
    return Segments.read(this, segment);
  }

  /**
   * Waits until there is something to read: bytes, the end of the stream, or an error. A connection
   * that waits here needs no buffer: take one when this returns. The read that follows may have to
   * wait nonetheless, when another thread was faster.
   */
  void awaitReadable() throws IOException;

  /**
   * Reports whether a read would return without waiting: bytes, the end of the stream or an error
   * are there. Makes no system call where the poller already knows. On selectors the answer is what
   * the poller has heard since it was first asked, so the first one may be a false negative. On an
   * idle connection between two exchanges, true means that the peer has closed it or has sent what
   * was not asked for.
   */
  boolean isReadable() throws IOException;

  // Writing

  /** Writes all of {@code bytes}. */
  default void write(byte[] bytes) throws IOException {
    write(bytes, 0, bytes.length);
  }

  /** Writes {@code length} bytes, waiting until the connection has taken them all. */
  default void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    write(ByteBuffer.wrap(bytes, offset, length));
  }

  /**
   * Writes the buffer's remaining bytes and moves its position to the limit; when it fails, by what
   * was written, so that the same call goes on where this one stopped.
   */
  void write(ByteBuffer buffer) throws IOException;

  /**
   * Writes the whole segment. (An implementation may write one that is longer than {@link
   * Integer#MAX_VALUE} in several pieces.)
   */
  default void write(MemorySegment segment) throws IOException {
    Segments.write(this, segment);
  }

  /**
   * Writes the remaining bytes of all buffers, in order and as one write, with as few system calls
   * as possible, and moves their positions; when it fails, by what was written.
   *
   * @return how many bytes
   */
  long write(ByteBuffer... buffers) throws IOException;

  // Streams

  /** A view for code that wants a stream. Closing it closes the connection. */
  default InputStream inputStream() {
    return new ConnInputStream(this);
  }

  /** A view for code that wants a stream; not buffered. Closing it closes the connection. */
  default OutputStream outputStream() {
    return new ConnOutputStream(this);
  }

  // For code that knows only the JDK's types

  /**
   * A view for a library that wants a socket. Its timeout for reads is {@code SO_TIMEOUT}, a {@link
   * java.net.SocketTimeoutException} leaves it usable, and a write deadline of this connection
   * holds for its writes. Closing it closes the connection, and an interrupt of a thread that waits
   * closes it, as it does the JDK's sockets in virtual threads. Options that the connection does
   * not have are ignored by setters such as {@link Socket#setTcpNoDelay}. There is no urgent data
   * and no channel. Its stream may read ahead of the library: do not read from both.
   */
  default Socket asSocket() {
    return ConnSocket.of(this);
  }

  /**
   * A view for code that wants a blocking channel; its writes write all. (There is none as a {@link
   * java.nio.channels.SocketChannel}, which would have to be non-blocking when asked, and to work
   * with the JDK's selectors.)
   */
  default ByteChannel asChannel() {
    return new ConnChannel(this);
  }

  // Deadlines

  /** Sets both deadlines; see {@link #setReadDeadline}. */
  default void setDeadline(@Nullable Duration fromNow) throws IOException {
    setReadDeadline(fromNow);
    setWriteDeadline(fromNow);
  }

  /**
   * Sets the time from which reads fail. It is no timeout for each read: once it has passed, every
   * read fails until another one is set.
   *
   * @param fromNow how far in the future; zero or less: reads fail at once; {@code null}: no
   *     deadline
   */
  void setReadDeadline(@Nullable Duration fromNow) throws IOException;

  /** Sets the time from which writes fail; see {@link #setReadDeadline}. */
  void setWriteDeadline(@Nullable Duration fromNow) throws IOException;

  // Closing

  /**
   * Ends reading: reads, also one in progress, answer the end of the stream. Writing goes on.
   *
   * @throws UnsupportedOperationException when this kind of connection cannot be half closed
   */
  void closeRead() throws IOException;

  /**
   * Ends writing: the peer reads the end of the stream after the last byte written. Reading goes
   * on.
   *
   * @throws UnsupportedOperationException when this kind of connection cannot be half closed
   */
  void closeWrite() throws IOException;

  /** Whether it was not closed on this side; says nothing about the peer. Never blocks. */
  boolean isOpen();

  /** Closes the connection; calls in progress fail. Closing again does nothing. Never blocks. */
  @Override
  void close();

  /**
   * Has {@code action} run once the connection is closed on this side, on the thread that closes
   * it; at once if it is closed already. For permits and registrations that must end with the
   * connection. Actions run in no particular order and must not block; a failure is logged.
   */
  void onClose(Runnable action);

  // About it

  /**
   * This side's address; {@code null} only when the connection was closed before its address was
   * asked for.
   */
  @Nullable SocketAddress localAddress();

  /** The peer's address. Also after closing. */
  SocketAddress remoteAddress();

  /**
   * Sets an option from {@link java.net.StandardSocketOptions} or {@code
   * jdk.net.ExtendedSocketOptions}.
   *
   * @throws UnsupportedOperationException when it is not one of {@link #supportedOptions}
   */
  default <T> Conn setOption(SocketOption<T> option, T value) throws IOException {
    throw new UnsupportedOperationException(option.name() + ": this connection has no options");
  }

  /**
   * An option's value, as the system has it.
   *
   * @throws UnsupportedOperationException when it is not one of {@link #supportedOptions}
   */
  default <T> T getOption(SocketOption<T> option) throws IOException {
    throw new UnsupportedOperationException(option.name() + ": this connection has no options");
  }

  /**
   * The options that {@link #setOption} and {@link #getOption} take; empty where there are none.
   */
  default Set<SocketOption<?>> supportedOptions() {
    return Set.of();
  }
}
