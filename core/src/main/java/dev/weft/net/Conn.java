package dev.weft.net;

import dev.weft.context.Context;
import dev.weft.internal.net.adapter.ConnChannel;
import dev.weft.internal.net.adapter.ConnInputStream;
import dev.weft.internal.net.adapter.ConnOutputStream;
import dev.weft.internal.net.adapter.ConnSocket;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
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
 * take turns, and so do concurrent writes, so the bytes of two writes never mix.
 *
 * <p><b>Deadlines</b> are points in time, as in Go, not durations per call: once set, one holds for
 * the call in progress and all later ones until it is changed. After it has passed, calls in its
 * direction fail at once with {@link java.net.SocketTimeoutException}, and work again when a new
 * deadline is set. Extending a deadline is cheap enough to do before every call.
 *
 * <p><b>Exceptions.</b> Besides those documented at the methods, reads and writes throw
 *
 * <ul>
 *   <li>{@link java.nio.channels.ClosedChannelException} when the connection is closed on this
 *       side, before or during the call;
 *   <li>{@link java.net.SocketTimeoutException} when the deadline passes; its {@code
 *       bytesTransferred} says how much was written;
 *   <li>{@link java.io.InterruptedIOException} when the thread is interrupted and the call would
 *       have to wait: the interrupt status stays set, and the connection stays open. (In the JDK
 *       {@link java.net.SocketTimeoutException} is a subclass of this: catch that first);
 *   <li>{@link java.net.SocketException} for errors of the system, such as "connection reset by
 *       peer" or "broken pipe".
 * </ul>
 *
 * The messages name the operation and both addresses.
 *
 * <p><b>Implementing it.</b> All of the above is part of the contract. An implementation must
 * supply the abstract methods; the other methods have defaults built on those, to be overridden
 * where that saves a copy or an allocation. Two features are optional: socket options (the defaults
 * have none), and half-close ({@link #closeRead} and {@link #closeWrite} throw {@link
 * UnsupportedOperationException} where the protocol does not support it). An implementation that
 * wraps another connection must forward {@link #setReadDeadline}, {@link #setWriteDeadline}, {@link
 * #close}, {@link #abort} and {@link #withContext}, so that they end calls in progress.
 */
public interface Conn extends Closeable {
  /**
   * Returns a view of this connection that is bound to {@code context}: when the context is
   * cancelled, or its deadline passes, reads and writes through the view fail with the context's
   * exception ({@link dev.weft.context.CancelledException} or {@link
   * dev.weft.context.DeadlineExceededException}), also those that are waiting. The connection stays
   * open, and usable through this object and through other views; a write that failed so may have
   * written a part. Closing the view closes the connection.
   *
   * <p>Views do not nest: {@code view.withContext(other)} is bound to {@code other} alone. Derive
   * {@code other} from the first context to be bound to both.
   *
   * <p>A call that does not wait only reads one field; a call that waits registers with the context
   * until it returns, so a view needs no clean-up.
   */
  Conn withContext(Context context);

  // Reading

  /** Reads up to {@code buffer.length} bytes; as {@link #read(byte[], int, int)}. */
  default int read(byte[] buffer) throws IOException {
    return read(buffer, 0, buffer.length);
  }

  /**
   * Reads the available bytes, waiting until there is at least one.
   *
   * @return the number of bytes read, or -1 at the end of the stream; 0 only when {@code length} is
   *     0
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
   * Reads into the segment, from offset 0; as {@link #read(byte[], int, int)}.
   *
   * @throws IllegalArgumentException when the segment is read-only
   */
  default int read(MemorySegment segment) throws IOException {
    return Segments.read(this, segment);
  }

  /**
   * Waits until there is something to read: bytes, the end of the stream, or an error. A connection
   * that waits here needs no buffer: take one when this returns. The next read may still wait: when
   * another thread has read the bytes first, or, rarely, when bytes that came in pieces were read
   * before the last piece was reported.
   */
  void awaitReadable() throws IOException;

  /**
   * Reports whether a read would return without waiting, with bytes, the end of the stream or an
   * error. Never waits, and returns false while another thread reads. Makes no system call where
   * the poller already has the answer. The selector poller only begins to watch the connection at
   * the first call, which may return false although bytes are available; true is exact. On an idle
   * connection of a client, true means that the peer has closed it or has sent unsolicited bytes.
   */
  boolean isReadable() throws IOException;

  /**
   * Reports whether a thread is in a call that reads or writes, or waits for its turn to do so. A
   * snapshot. False for an implementation that cannot tell, which is the default.
   */
  default boolean isInUse() {
    return false;
  }

  // Writing

  /** Writes all of {@code bytes}. */
  default void write(byte[] bytes) throws IOException {
    write(bytes, 0, bytes.length);
  }

  /** Writes {@code length} bytes, waiting until the connection has accepted all of them. */
  default void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    write(ByteBuffer.wrap(bytes, offset, length));
  }

  /**
   * Writes the buffer's remaining bytes and moves its position to the limit; after a failure, by
   * the number of bytes written, so that a second call continues where this one stopped.
   */
  void write(ByteBuffer buffer) throws IOException;

  /**
   * Writes the whole segment. (An implementation may write a segment longer than {@link
   * Integer#MAX_VALUE} in several pieces.)
   */
  default void write(MemorySegment segment) throws IOException {
    Segments.write(this, segment);
  }

  /**
   * Writes the remaining bytes of all buffers, in order and as one write, with as few system calls
   * as possible, and moves their positions; after a failure, by the number of bytes written.
   *
   * @return the number of bytes written
   */
  long write(ByteBuffer... buffers) throws IOException;

  // Streams

  /** Returns an input stream over this connection. Closing it closes the connection. */
  default InputStream inputStream() {
    return new ConnInputStream(new ConnDuplex(this));
  }

  /** Returns an unbuffered output stream over this connection. Closing it closes the connection. */
  default OutputStream outputStream() {
    return new ConnOutputStream(new ConnDuplex(this));
  }

  // As the JDK's types

  /**
   * Returns a {@link Socket} over this connection, for libraries that need one. {@code SO_TIMEOUT}
   * is its timeout for reads, a {@link java.net.SocketTimeoutException} leaves it usable, and the
   * write deadline of this connection applies to its writes. Closing it closes the connection.
   * Interrupting a thread that waits in it closes it, as with the JDK's sockets in virtual threads.
   * Setters such as {@link Socket#setTcpNoDelay} ignore options that the connection does not have.
   * It has no urgent data and no channel. Its input stream may read ahead, so do not read from this
   * connection as well.
   */
  default Socket asSocket() {
    return ConnSocket.of(new ConnDuplex(this));
  }

  /**
   * Returns a blocking channel over this connection; each write writes the whole buffer. (It is not
   * a {@link java.nio.channels.SocketChannel}, which would have to support non-blocking mode and
   * the JDK's selectors.)
   */
  default ByteChannel asChannel() {
    return new ConnChannel(new ConnDuplex(this));
  }

  // Deadlines

  /** Sets both deadlines; see {@link #setReadDeadline}. */
  default void setDeadline(@Nullable Duration fromNow) throws IOException {
    setReadDeadline(fromNow);
    setWriteDeadline(fromNow);
  }

  /**
   * Sets the read deadline, from which on reads fail. It is a point in time, not a timeout per
   * read: after it has passed, every read fails until a new deadline is set.
   *
   * @param fromNow the time until the deadline; with zero or less reads fail at once; {@code null}
   *     removes the deadline
   */
  void setReadDeadline(@Nullable Duration fromNow) throws IOException;

  /** Sets the write deadline, from which on writes fail; see {@link #setReadDeadline}. */
  void setWriteDeadline(@Nullable Duration fromNow) throws IOException;

  // Closing

  /**
   * Shuts down the reading side: reads, also one in progress, return the end of the stream. Writing
   * is not affected.
   *
   * @throws UnsupportedOperationException when this kind of connection has no half-close
   */
  void closeRead() throws IOException;

  /**
   * Shuts down the writing side: the peer reads the end of the stream after the last byte written.
   * Reading is not affected.
   *
   * @throws UnsupportedOperationException when this kind of connection has no half-close
   */
  void closeWrite() throws IOException;

  /**
   * Reports whether the connection is open on this side, whatever the peer has done. Never blocks.
   */
  boolean isOpen();

  /** Closes the connection; calls in progress fail. Closing again does nothing. Never blocks. */
  @Override
  void close();

  /**
   * Closes the connection so that the peer cannot take the stream for complete: its reads fail,
   * with a reset where the protocol has one, and do not return the end of the stream. Unsent bytes
   * are dropped; calls in progress fail. On a closed connection it ends what {@link #close} still
   * does in the background. Never blocks.
   *
   * <p>The default sets {@code SO_LINGER} to 0, where that option is supported, and closes.
   */
  default void abort() {
    try {
      if (supportedOptions().contains(StandardSocketOptions.SO_LINGER)) {
        setOption(StandardSocketOptions.SO_LINGER, 0);
      }
    } catch (IOException e) {
      // The connection is closed or broken already.
    } finally {
      close();
    }
  }

  /**
   * Registers an action to run once when the connection is closed on this side, on the thread that
   * closes it; on a closed connection it runs at once. It serves permits and registrations that end
   * with the connection. Actions run in no particular order and must not block; their exceptions
   * are logged.
   */
  void onClose(Runnable action);

  // Addresses and options

  /**
   * Returns the address of this side; {@code null} only on a connection that was closed before the
   * first call of this method.
   */
  @Nullable SocketAddress localAddress();

  /** Returns the address of the peer, also after closing. */
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
   * Returns the value of an option, as the system reports it.
   *
   * @throws UnsupportedOperationException when it is not one of {@link #supportedOptions}
   */
  default <T> T getOption(SocketOption<T> option) throws IOException {
    throw new UnsupportedOperationException(option.name() + ": this connection has no options");
  }

  /** Returns the options that {@link #setOption} and {@link #getOption} accept; may be empty. */
  default Set<SocketOption<?>> supportedOptions() {
    return Set.of();
  }
}
