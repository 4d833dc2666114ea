package dev.weft.internal.poll.epoll;

import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.poll.socket.NativeSocket;
import dev.weft.internal.poll.socket.NativeStream;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.Libc;
import dev.weft.internal.sys.RawAddress;
import dev.weft.internal.sys.SocketCalls;
import dev.weft.internal.sys.SystemCallException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A TCP connection on epoll.
 *
 * <p><b>The short-read rule.</b> A read that got fewer bytes than it asked for has emptied the
 * socket ({@code dry}). The next read would only get EAGAIN, so it waits without the system call:
 * later bytes make a new edge, whose signal ends the wait. This saves one of four system calls per
 * request, which Go makes. On a dialled connection {@link EarlyReads} makes an exception where the
 * answer is likely to be there already. The rule does not hold after a hang-up, because data and
 * the end of the stream may come in one edge, and no other edge would follow for the end. Nor does
 * it hold after urgent data: the kernel ends a read at the urgent mark (tcp_recvmsg), with more
 * data behind it.
 */
final class EpollStream extends NativeStream {
  /** After this many consecutive direct reads with bytes, the watch is muted. */
  private static final int MUTE_AFTER = 8;

  private final EpollWatch watch;

  /** Consecutive direct reads that returned bytes. Guarded by the read lock. */
  private int directReads;

  /** Guarded by the read lock. */
  private boolean dry;

  /** Of a dialled connection. Guarded by the read lock. */
  private final @Nullable EarlyReads earlyReads;

  /**
   * The error that {@link #isReadable} found, for the next read to report; 0 for none. Guarded by
   * the read lock.
   */
  private int metError;

  /**
   * @param earlyReads for a connection to be dialled
   */
  EpollStream(
      EpollPoller poller, PollDesc poll, NativeSocket socket, @Nullable EarlyReads earlyReads) {
    super(poll, socket, poller.pipes);
    this.earlyReads = earlyReads;
    watch = new EpollWatch(poller, poll, socket.fd);
  }

  EpollStream(EpollPoller poller, PollDesc poll, int fd, RawAddress remote, NativeSocket listener) {
    super(poll, fd, remote, listener, poller.pipes);
    earlyReads = null;
    watch = new EpollWatch(poller, poll, fd);
  }

  @Override
  protected int awaitWritable() {
    return watch.watch();
  }

  @Override
  protected int tryRead(MemorySegment memory, long offset, int length) {
    EarlyReads early = null;
    if (isKnownDry()) {
      early = earlyReads;
      if (early == null || !early.isWorthTrying()) {
        return watch.watch();
      }
    }
    int n = metError;
    if (n != 0) {
      metError = 0;
      return n;
    }
    do {
      n = SocketCalls.recv(socket.fd, memory, offset, length);
    } while (n == -Errno.EINTR);
    if (early != null) {
      early.note(n != WOULD_BLOCK);
    }
    if (n > 0) {
      dry = n < Math.min(length, Libc.MAX_TRANSFER);
      return n;
    }
    if (n == WOULD_BLOCK) {
      dry = true;
      return watch.watch();
    }
    return n;
  }

  /**
   * A splice ends at urgent data, as a read does. The next read continues after it, but the next
   * splice does not.
   *
   * <p>When many consecutive direct reads find bytes, the watch is muted.
   */
  @Override
  protected int tryReadDirect(DirectRead how, int max) {
    if (!watch.isMuted() && isKnownDry()) {
      return watch.watch();
    }
    if (metError != 0) {
      return USE_BUFFER;
    }
    if (directReads >= MUTE_AFTER) {
      watch.mute(); // before the read, because without memory this fails
    }
    int n;
    do {
      n = how.read(socket.fd, max);
    } while (n == -Errno.EINTR);
    if (n == WOULD_BLOCK) {
      directReads = 0;
      if (poll.mayReadShort()) {
        return USE_BUFFER;
      }
      dry = true;
      watch.unmute();
      return watch.watch();
    }
    if (n > 0) {
      directReads++;
    }
    return n;
  }

  @Override
  protected boolean isReadable() throws IOException {
    if (!isKnownDry()) {
      int n = SocketCalls.peek(socket.fd);
      if (n != WOULD_BLOCK) {
        if (n < 0) {
          metError = n; // The kernel reports an error, such as a reset, only once.
          brokenBy(n);
        }
        return true;
      }
      dry = true;
    }
    int result = watch.watch();
    if (result != WOULD_BLOCK) {
      throw new SystemCallException("epoll_ctl", -result);
    }
    return false;
  }

  /**
   * A reader of a Unix socket wakes the watch of the writer, because there is room again, and epoll
   * then reports bytes, too, that have come meanwhile. Their own event may follow after they were
   * read, so such a signal is checked. TCP wakes a writer only when it waits for room.
   */
  @Override
  protected boolean isReadableAfterSignal() throws IOException {
    return !socket.isUnix() || isReadable();
  }

  /**
   * Reports whether the socket is empty and has not signalled since. Consumes the signal, so after
   * false the caller must try to read. Unmutes the watch.
   */
  private boolean isKnownDry() {
    boolean unheard = watch.unmute();
    if (poll.consumeRead() || unheard) {
      dry = false;
    }
    return dry && !poll.mayReadShort();
  }

  @Override
  protected int tryWrite(MemorySegment memory, long offset, int length) {
    while (true) {
      int n = SocketCalls.send(socket.fd, memory, offset, length);
      if (n == WOULD_BLOCK && !poll.consumeWrite()) {
        return watch.watch();
      }
      // The consumed signal may have been older than this try, so try once more.
      if (n != WOULD_BLOCK && n != -Errno.EINTR) {
        return n;
      }
    }
  }

  @Override
  protected int shutdown(boolean reading) {
    return SocketCalls.shutdown(socket.fd, reading ? SocketCalls.SHUT_RD : SocketCalls.SHUT_WR);
  }

  @Override
  protected void close() {
    watch.close(socket.isShared());
  }
}
