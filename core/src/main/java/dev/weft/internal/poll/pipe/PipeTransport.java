package dev.weft.internal.poll.pipe;

import dev.weft.internal.poll.Endpoint;
import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.poll.Poller;
import dev.weft.internal.poll.StreamFd;
import dev.weft.internal.poll.StreamTransport;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One end of a pipe. The other end gives the signals that a poller gives for sockets, so deadlines,
 * contexts, interrupts and closing work as with sockets.
 */
public final class PipeTransport extends StreamTransport {
  private static final AtomicLong PIPES = new AtomicLong();

  private final Endpoint endpoint;
  private final PipeBuffer in;
  private final PipeBuffer out;
  private volatile boolean abortsOnClose;

  private PipeTransport(PollDesc poll, Endpoint endpoint, PipeBuffer in, PipeBuffer out) {
    super(poll);
    this.endpoint = endpoint;
    this.in = in;
    this.out = out;
  }

  /**
   * Opens a pipe and returns its two ends.
   *
   * @param capacity the number of bytes buffered in each direction
   */
  public static List<StreamFd> open(Poller poller, int capacity) {
    long number = PIPES.incrementAndGet();
    SocketAddress a = new PipeAddress(number, 'a');
    SocketAddress b = new PipeAddress(number, 'b');
    return open(poller, capacity, null, "pipe", a, b);
  }

  /**
   * Opens a pipe over a link and returns its two ends.
   *
   * @param link {@code null} when bytes arrive at once
   * @param network the name of the network in messages
   */
  public static List<StreamFd> open(
      Poller poller,
      int capacity,
      @Nullable PipeLink link,
      String network,
      SocketAddress atA,
      SocketAddress atB) {
    PollDesc a = poller.newMemoryPollDesc();
    PollDesc b = poller.newMemoryPollDesc();
    PipeBuffer toA = new PipeBuffer(capacity, a, b, link);
    PipeBuffer toB = new PipeBuffer(capacity, b, a, link);
    if (link != null) {
      link.add(toA);
      link.add(toB);
    }
    return List.of(
        new StreamFd(new PipeTransport(a, new PipeEndpoint(network, atA, atB), toA, toB)),
        new StreamFd(new PipeTransport(b, new PipeEndpoint(network, atB, atA), toB, toA)));
  }

  @Override
  protected Endpoint endpoint() {
    return endpoint;
  }

  @Override
  protected int tryRead(MemorySegment memory, long offset, int length) {
    poll.consumeRead();
    return in.read(memory, offset, length);
  }

  @Override
  protected boolean isReadable() {
    poll.consumeRead();
    return in.isReadable();
  }

  /** A signal may be for bytes that an earlier read has returned. */
  @Override
  protected boolean isReadableAfterSignal() {
    return isReadable();
  }

  @Override
  protected int tryWrite(MemorySegment memory, long offset, int length) {
    poll.consumeWrite();
    return out.write(memory, offset, length);
  }

  @Override
  protected int tryWrite(ByteBuffer[] buffers, int first, int end) {
    poll.consumeWrite();
    return out.write(buffers, first, end);
  }

  @Override
  protected int shutdown(boolean reading) {
    if (reading) {
      in.abandon();
    } else {
      out.end(false);
    }
    return 0;
  }

  @Override
  protected void abortOnClose() {
    abortsOnClose = true;
  }

  /** As in TCP, unread bytes reset the peer, unless it was told the end of the stream before. */
  @Override
  protected void close() {
    if (hasEndedWriting()) {
      in.abandon();
    } else {
      out.end(in.close(abortsOnClose));
    }
  }

  // A pipe is connected from its creation on, so these are never called.

  @Override
  protected int bind(SocketAddress address) {
    throw new UnsupportedOperationException("a pipe is not bound");
  }

  @Override
  protected int tryConnect(SocketAddress address) {
    throw new UnsupportedOperationException("a pipe is connected already");
  }

  @Override
  protected int finishConnect() {
    throw new UnsupportedOperationException("a pipe is connected already");
  }
}
