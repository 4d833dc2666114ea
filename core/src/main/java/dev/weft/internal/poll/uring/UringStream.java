package dev.weft.internal.poll.uring;

import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.poll.socket.NativeSocket;
import dev.weft.internal.poll.socket.NativeStream;
import dev.weft.internal.sched.CurrentProcessor;
import dev.weft.internal.sys.CompletionQueue;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.Libc;
import dev.weft.internal.sys.RawAddress;
import dev.weft.internal.sys.SubmissionQueue;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import org.jspecify.annotations.Nullable;

/**
 * A TCP connection on io_uring.
 *
 * <p><b>Reading.</b> The first read tries the socket; a request that has come with its connection
 * costs no more than that. When there is nothing, a multishot receive is queued: from then on bytes
 * arrive in the {@link Inbox} by themselves. It ends by itself too (the kernel had no buffer, the
 * thread that submitted it has ended, the inbox was full), and then reading begins anew.
 *
 * <p><b>Writing.</b> Small writes go through the {@link Outbox}. Large ones, those from threads
 * that do not come back to a ring soon, and those of connections that have never had to wait, and
 * may be gone after the first answer, go straight from the caller's memory to the socket, and wait
 * for it in the kernel's poll: no memory of a caller is ever left with the kernel.
 */
final class UringStream extends NativeStream {
  /** From this size on, copying costs more than a system call. */
  private static final int DIRECT_FROM = 16 * 1024;

  /** What is kept for a reader who does not read, before the kernel is told to stop. */
  private static final int MAX_UNREAD = 64 * 1024;

  private final UringPoller poller;
  private final Inbox inbox;
  private volatile @Nullable Receiving receiving;
  private volatile @Nullable Outbox outbox;
  private @Nullable PollRequest writable;
  private @Nullable PollRequest ended;

  private volatile int lingerSeconds;
  private volatile boolean writingEnded;

  /** A multishot receive. */
  private final class Receiving extends Multishot {
    Receiving(ProcessorRing ring) {
      super(ring);
    }

    @Override
    void writeRequest(SubmissionQueue queue) {
      int max = poller.receivesMultishot ? 0 : ring.buffers.size();
      queue.receive(socket.fd, ReceiveBuffers.GROUP, max, token);
    }

    @Override
    boolean completed(int result, int flags, boolean last) {
      if ((flags & CompletionQueue.BUFFER) != 0) {
        arrived(result, flags);
      }
      if (last) {
        if (result == -Errno.ENOBUFS) {
          ring.withoutBuffer.increment();
        }
        if (result == 0 || (result < 0 && !isInterruption(result))) {
          inbox.end(result);
        }
        receiving = null;
      }
      poll.signalRead();
      return true;
    }

    private void arrived(int result, int flags) {
      long piece = ring.buffers.arrived(flags, Math.max(result, 0));
      if (result <= 0) {
        ring.buffers.release(piece);
        return;
      }
      int kept = inbox.add(ring, piece, poll.isReadAwaited());
      if (kept > MAX_UNREAD && stop()) {
        ring.stopped.increment();
      }
    }
  }

  UringStream(UringPoller poller, PollDesc poll, NativeSocket socket) {
    super(poll, socket);
    this.poller = poller;
    inbox = new Inbox(poller.rings);
    lingerSeconds = LingerOption.NONE;
  }

  UringStream(
      UringPoller poller,
      PollDesc poll,
      int fd,
      RawAddress remote,
      @Nullable InetSocketAddress acceptedAt,
      int lingerSeconds) {
    super(poll, fd, remote, acceptedAt);
    this.poller = poller;
    inbox = new Inbox(poller.rings);
    this.lingerSeconds = lingerSeconds;
  }

  /** The end of a multishot receive that says nothing about the socket. */
  static boolean isInterruption(int result) {
    return result == -Errno.ENOBUFS
        || result == -Errno.ECANCELED
        || result == -Errno.EINTR
        || result == -Errno.EAGAIN;
  }

  // Reading

  @Override
  protected int tryRead(MemorySegment memory, long offset, int length) {
    poll.consumeRead();
    int n = inbox.read(memory, offset, length);
    if (n > 0) {
      return n;
    }
    Receiving current = receiving;
    if (current != null) {
      current.awaited();
      return WOULD_BLOCK;
    }
    // What it brought before it ended was put in before.
    n = inbox.read(memory, offset, length);
    if (n > 0) {
      return n;
    }
    int end = inbox.end();
    if (end != Inbox.OPEN) {
      return end;
    }
    do {
      n = Libc.recv(socket.fd, memory, offset, length);
    } while (n == -Errno.EINTR);
    if (n == WOULD_BLOCK) {
      receive();
    } else if (n == 0) {
      inbox.end(0);
      return inbox.end();
    }
    return n;
  }

  @Override
  protected boolean isReadable() {
    poll.consumeRead();
    if (!inbox.isEmpty()) {
      return true;
    }
    Receiving current = receiving;
    if (current != null) {
      current.awaited();
      return false;
    }
    if (!inbox.isEmpty() || inbox.end() != Inbox.OPEN) {
      return true;
    }
    int n = Libc.peek(socket.fd);
    if (n == WOULD_BLOCK) {
      receive();
      return false;
    }
    if (n < 0) {
      inbox.end(n); // The kernel tells an error, such as a reset, only once.
    }
    return true;
  }

  /** Bytes are in the inbox a moment before their signal comes, and may be read by then. */
  @Override
  protected boolean isReadableAfterSignal() {
    return isReadable();
  }

  private void receive() {
    ProcessorRing ring = poller.ring();
    Receiving operation = new Receiving(ring);
    receiving = operation;
    operation.enqueue();
    ring.queued();
    awaitEnd();
  }

  /**
   * A multishot receive was seen to sleep on when a reset came right behind data (Linux 6.18;
   * liburing's issue 1549 describes the like). So the end is listened for apart.
   */
  private void awaitEnd() {
    if (poller.receivesMultishot) {
      PollRequest awaiting = ended;
      if (awaiting == null) {
        ended =
            awaiting =
                new PollRequest(poller, socket.fd, PollRequest.POLLRDHUP, this::endReceiving);
      }
      awaiting.begin();
    }
  }

  /** What is left in the socket, and the end, is for the reader to fetch. */
  private void endReceiving() {
    Receiving current = receiving;
    if (current != null) {
      current.ring.cancel(current);
    }
  }

  // Writing

  @Override
  protected int tryWrite(MemorySegment memory, long offset, int length) {
    poll.consumeWrite();
    Outbox box = outbox;
    boolean behind =
        length < DIRECT_FROM
            && receiving != null
            && !writingEnded
            && CurrentProcessor.id() >= 0
            && poller.writesBehind();
    if (!behind && (box == null || box.isIdle())) {
      int n;
      do {
        n = Libc.send(socket.fd, memory, offset, length);
      } while (n == -Errno.EINTR);
      return n == WOULD_BLOCK ? awaitWritable() : n;
    }
    ProcessorRing ring = poller.ring();
    if (box == null) {
      outbox = box = new Outbox(this, socket.fd, ring);
      if (writingEnded) {
        return -Errno.EPIPE; // Who ended it may not have seen the outbox.
      }
    }
    int n = box.write(ring, memory, offset, length);
    return n == WOULD_BLOCK && box.isIdle() ? awaitWritable() : n;
  }

  @Override
  protected int awaitWritable() {
    PollRequest awaiting = writable;
    if (awaiting == null) {
      writable =
          awaiting = new PollRequest(poller, socket.fd, PollRequest.POLLOUT, this::signalWritable);
    }
    awaiting.begin();
    return WOULD_BLOCK;
  }

  void signalWritable() {
    poll.signalWrite();
  }

  /** Whether a send tells how far it got, however it ends. */
  boolean sendsWhole() {
    return poller.receivesMultishot;
  }

  /**
   * The kernel tells an error, such as a reset, only once. It has told a send that nobody waits
   * for, and the reader would take what comes now for the peer's end. (A broken pipe follows that.)
   */
  void sendFailed(int error) {
    if (error != -Errno.EPIPE && error != -Errno.ECANCELED) {
      inbox.failAtEnd(error);
    }
  }

  // Ending

  @Override
  protected int shutdown(boolean reading) {
    if (reading) {
      return Libc.shutdown(socket.fd, Libc.SHUT_RD);
    }
    writingEnded = true; // What is written now has to fail at once.
    Outbox box = outbox;
    return box == null ? Libc.shutdown(socket.fd, Libc.SHUT_WR) : box.shutdown();
  }

  @Override
  protected <T> void setOption(SocketOption<T> option, T value) throws IOException {
    super.setOption(option, LingerOption.forKernel(option, value));
    lingerSeconds = LingerOption.kept(option, value, lingerSeconds);
  }

  @Override
  protected <T> T getOption(SocketOption<T> option) throws IOException {
    return LingerOption.shown(option, super.getOption(option), lingerSeconds);
  }

  @Override
  protected void close() {
    inbox.discard();
    if (writable != null) {
      writable.cancel();
    }
    if (ended != null) {
      ended.cancel();
    }
    Receiving current = receiving;
    if (current != null) {
      current.ring.cancel(current); // The kernel holds the socket as long as it may receive.
    }
    Outbox box = outbox;
    if (box != null && current != null && box.isSendingOutside(current.ring)) {
      // The outbox may close the descriptor before that ring has handed the receive over, which
      // would then name whatever has the number by that time.
      current.ring.submit();
    }
    boolean closesItself =
        box != null && box.close(poller.lingerQueue(), LingerOption.nanos(lingerSeconds));
    if (!closesItself) {
      poller.close(socket.fd, current == null ? null : current.ring);
    }
  }
}
