package dev.weft.internal.poll.selector;

import dev.weft.internal.poll.Endpoint;
import dev.weft.internal.poll.Family;
import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.poll.StreamTransport;
import dev.weft.internal.sys.Errno;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** A connection of TCP or of a Unix socket on a non-blocking {@link SocketChannel}. */
final class SelectorStream extends StreamTransport {
  /**
   * The maximum number of bytes per transfer: the JDK first copies heap memory to a native buffer
   * of the same size, which the thread keeps.
   */
  private static final int MAX_TRANSFER = 64 * 1024;

  private static final int NONE = -1;

  private final Family family;
  private final SocketChannel channel;
  private final ChannelEndpoint endpoint;
  private final Interest interest;

  /**
   * The byte that {@link #isReadable} has read, for the next read to return first; {@link #NONE}
   * for none. Guarded by the read lock.
   */
  private int peeked = NONE;

  /**
   * The error that {@link #isReadable} found, for the next read to report; 0 for none. Guarded by
   * the read lock.
   */
  private int metError;

  /** Whether a read has met the end of the stream. Guarded by the read lock. */
  private boolean ended;

  SelectorStream(SelectorPoller poller, PollDesc poll, Family family, SocketChannel channel)
      throws IOException {
    super(poll);
    this.family = family;
    this.channel = channel;
    endpoint = new ChannelEndpoint(channel, family.streams());
    interest = new Interest(poller, poll, channel);
    endpoint.setRemoteAddress(channel.getRemoteAddress());
  }

  @Override
  protected Endpoint endpoint() {
    return endpoint;
  }

  @Override
  protected int bind(SocketAddress address) throws IOException {
    try {
      channel.bind(address);
      return 0;
    } catch (IOException e) {
      return JdkErrors.negatedErrno(e);
    }
  }

  @Override
  protected int tryConnect(SocketAddress address) throws IOException {
    Channels.requireNotAbstract(address);
    endpoint.setRemoteAddress(address);
    try {
      return channel.connect(address) ? 0 : interest.signalWhen(SelectionKey.OP_CONNECT);
    } catch (IOException e) {
      return JdkErrors.negatedErrno(e);
    }
  }

  @Override
  protected int finishConnect() throws IOException {
    poll.consumeWrite();
    try {
      return channel.finishConnect() ? 0 : interest.signalWhen(SelectionKey.OP_CONNECT);
    } catch (IOException e) {
      return JdkErrors.negatedErrno(e);
    }
  }

  @Override
  protected int tryRead(MemorySegment memory, long offset, int length) throws IOException {
    poll.consumeRead();
    if (metError != 0) {
      int error = metError;
      metError = 0;
      return error;
    }
    if (peeked != NONE) {
      memory.set(ValueLayout.JAVA_BYTE, offset, (byte) peeked);
      peeked = NONE;
      return 1 + readMore(memory, offset + 1, length - 1);
    }
    try {
      int n = read(memory, offset, length);
      return n > 0 ? n : n < 0 ? 0 : interest.signalWhen(SelectionKey.OP_READ);
    } catch (IOException e) {
      return JdkErrors.negatedErrno(e);
    }
  }

  /** Reads what is there after the peeked byte; keeps an error for the next read. */
  private int readMore(MemorySegment memory, long offset, int length) throws IOException {
    try {
      return length == 0 ? 0 : Math.max(0, read(memory, offset, length));
    } catch (IOException e) {
      meet(e);
      return 0;
    }
  }

  private int read(MemorySegment memory, long offset, int length) throws IOException {
    MemorySegment part = memory.asSlice(offset, Math.min(length, MAX_TRANSFER));
    ByteBuffer view = Channels.viewOf(part);
    int n;
    if (view != null) {
      n = channel.read(view);
    } else {
      byte[] copy = new byte[(int) part.byteSize()];
      n = channel.read(ByteBuffer.wrap(copy));
      MemorySegment.copy(MemorySegment.ofArray(copy), 0, part, 0, Math.max(n, 0));
    }
    ended = n < 0;
    return n;
  }

  /**
   * Without a signal the selector has reported nothing so far. A signal alone does not tell: the
   * selector may give it after a read has already taken the bytes. A channel has no peek, so this
   * reads one byte, for the next read to return.
   */
  @Override
  protected boolean isReadable() throws IOException {
    if (peeked != NONE || metError != 0 || ended) {
      return true;
    }
    if (!poll.consumeRead()) {
      interest.signalWhen(SelectionKey.OP_READ);
      return false;
    }
    try {
      byte[] one = new byte[1];
      int n = read(MemorySegment.ofArray(one), 0, 1);
      if (n == 0) {
        interest.signalWhen(SelectionKey.OP_READ);
        return false;
      }
      if (n > 0) {
        peeked = Byte.toUnsignedInt(one[0]);
      }
      return true;
    } catch (IOException e) {
      meet(e);
      return true;
    }
  }

  private void meet(IOException e) throws IOException {
    metError = JdkErrors.negatedErrno(e);
    brokenBy(metError);
  }

  @Override
  protected int tryWrite(MemorySegment memory, long offset, int length) throws IOException {
    poll.consumeWrite();
    try {
      MemorySegment part = memory.asSlice(offset, Math.min(length, MAX_TRANSFER));
      int n = channel.write(Channels.contentOf(part));
      return n > 0 || length == 0 ? n : interest.signalWhen(SelectionKey.OP_WRITE);
    } catch (ClosedChannelException e) {
      return -Errno.EPIPE; // the writing side was closed: the channel is not closed during a call
    } catch (IOException e) {
      return JdkErrors.negatedErrno(e);
    }
  }

  @Override
  protected int tryWrite(ByteBuffer[] buffers, int first, int end) throws IOException {
    ByteBuffer head = buffers[first];
    if (head.remaining() > MAX_TRANSFER) {
      int n = tryWrite(MemorySegment.ofBuffer(head), 0, head.remaining());
      if (n > 0) {
        head.position(head.position() + n);
      }
      return n;
    }
    int next = first;
    for (int left = MAX_TRANSFER; next < end && buffers[next].remaining() <= left; next++) {
      left -= buffers[next].remaining();
    }
    poll.consumeWrite();
    try {
      int n = (int) channel.write(buffers, first, next - first);
      return n > 0 ? n : interest.signalWhen(SelectionKey.OP_WRITE);
    } catch (ClosedChannelException e) {
      return -Errno.EPIPE;
    } catch (IOException e) {
      return JdkErrors.negatedErrno(e);
    }
  }

  /**
   * {@inheritDoc} The reading side of TCP stays open: its shutdown sends nothing to the peer, and
   * the channel would hide unread bytes from {@link #hasUnread}. The caller ends the reads. The
   * peer of a Unix socket is told, its writes fail from then on.
   */
  @Override
  protected int shutdown(boolean reading) throws IOException {
    try {
      if (!reading) {
        channel.shutdownOutput();
      } else if (family == Family.UNIX) {
        channel.shutdownInput();
      }
      return 0;
    } catch (IOException e) {
      return JdkErrors.negatedErrno(e);
    }
  }

  @Override
  protected void close() {
    if (family == Family.UNIX || hasUnread()) {
      closeAtOnce();
    }
    interest.close();
  }

  /** Reports whether received bytes were not read. */
  private boolean hasUnread() {
    try {
      return peeked != NONE || (channel.isConnected() && channel.read(ByteBuffer.allocate(1)) > 0);
    } catch (IOException e) {
      return false; // there is nothing more to read
    }
  }

  /**
   * Leaves the end of the stream to the system, which resets a connection with unread bytes when
   * its descriptor is closed. The JDK closes the descriptor of a registered channel only at the
   * next selection and, unless SO_LINGER is 0, shuts down the writing side before: the peer would
   * read an orderly end. With 0 TCP always resets, while a Unix socket, to which the option means
   * nothing, still ends in order when all bytes are read.
   */
  private void closeAtOnce() {
    try {
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    } catch (IOException e) {
      System.getLogger("dev.weft.net").log(Level.DEBUG, "close", e);
    }
  }
}
