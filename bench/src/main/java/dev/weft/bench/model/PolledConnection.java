package dev.weft.bench.model;

import dev.weft.internal.sys.DescriptorCalls;
import dev.weft.internal.sys.EpollEvents;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.SocketCalls;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A non-blocking connection of a server: every call does what is possible without waiting. The
 * polling server calls it in a loop, the reactor after an event.
 *
 * <p>A connection has buffers of its own only while a request or an answer is incomplete; otherwise
 * it uses the {@link Scratch} of its thread.
 */
final class PolledConnection {
  /** Memory that the connections of one thread share. */
  static final class Scratch {
    private static final int MIN_BUFFER = 16 * 1024;

    private final Exchange exchange;
    private final byte[] bytes;

    Scratch(Exchange exchange) {
      this.exchange = exchange;
      bytes = new byte[Math.max(MIN_BUFFER, exchange.requestLimit())];
    }
  }

  private static final byte[] NOTHING = {};

  private final int fd;
  private ConnectionState state = ConnectionState.INIT.to(ConnectionState.ESTABLISHED);

  /** The beginning of a request; {@code null} when there is none. */
  private byte @Nullable [] partial;

  private int have;

  /** The part of an answer that is still to be sent. */
  private byte[] unsent = NOTHING;

  private int unsentFrom;
  private int unsentTo;
  private boolean closeWhenSent;

  PolledConnection(int fd) {
    this.fd = fd;
  }

  int fd() {
    return fd;
  }

  boolean isClosed() {
    return state == ConnectionState.CLOSED;
  }

  /**
   * Sends and reads until the socket would block; false when no byte was transferred.
   *
   * <p>A read that got less than it asked for has emptied the socket, which saves the call that
   * would return EAGAIN.
   *
   * @param hangup whether the peer has shut down its side, so that the end of the stream has to be
   *     read now
   */
  boolean advance(Scratch scratch, boolean hangup) {
    boolean moved = false;
    while (state != ConnectionState.CLOSED) {
      if (state == ConnectionState.SENDING) {
        if (!send()) {
          return moved;
        }
        if (partial != null) {
          answerAll(scratch.exchange, partial, have);
        }
        moved = true;
        continue;
      }
      byte[] buffer = partial == null ? scratch.bytes : partial;
      int room = buffer.length - have;
      int n = SocketCalls.recv(fd, MemorySegment.ofArray(buffer), have, room);
      if (n == -Errno.EAGAIN) {
        return moved;
      }
      moved = true;
      if (n <= 0) {
        close(); // the end of the stream, or a broken connection
        return true;
      }
      answerAll(scratch.exchange, buffer, have + n);
      if (n < room && !hangup) {
        return true;
      }
    }
    return true;
  }

  /** Answers what is complete in the buffer, and keeps the rest. */
  private void answerAll(Exchange exchange, byte[] buffer, int to) {
    int at = 0;
    while (state == ConnectionState.ESTABLISHED && exchange.next(buffer, at, to)) {
      at = exchange.end();
      answer(exchange);
    }
    keep(buffer, at, to);
  }

  private void answer(Exchange exchange) {
    state = state.to(ConnectionState.SENDING);
    unsent = exchange.answer();
    unsentFrom = exchange.answerOffset();
    unsentTo = unsentFrom + exchange.answerLength();
    closeWhenSent = exchange.isLast();
    if (!send()) {
      // The kernel's buffer is full, and the next connection may overwrite the answer in shared
      // memory.
      unsent = Arrays.copyOfRange(unsent, unsentFrom, unsentTo);
      unsentTo -= unsentFrom;
      unsentFrom = 0;
    }
  }

  /** Sends the rest of the answer; false on EAGAIN. */
  private boolean send() {
    while (unsentFrom < unsentTo) {
      int n =
          SocketCalls.send(fd, MemorySegment.ofArray(unsent), unsentFrom, unsentTo - unsentFrom);
      if (n == -Errno.EAGAIN) {
        return false;
      }
      if (n < 0) {
        close();
        return true;
      }
      unsentFrom += n;
    }
    unsent = NOTHING;
    if (closeWhenSent) {
      close();
    } else {
      state = state.to(ConnectionState.ESTABLISHED);
    }
    return true;
  }

  /** Keeps what is left of the buffer for the next read. */
  private void keep(byte[] buffer, int at, int to) {
    if (at == to || state == ConnectionState.CLOSED) {
      partial = null;
      have = 0;
      return;
    }
    if (to - at == buffer.length) {
      close(); // no request is that long
      return;
    }
    byte[] own = partial == null ? new byte[buffer.length] : partial;
    System.arraycopy(buffer, at, own, 0, to - at);
    partial = own;
    have = to - at;
  }

  private void close() {
    state = state.to(ConnectionState.CLOSED);
    DescriptorCalls.close(fd);
  }

  /** The events that the reactor registers a connection for, once. */
  static final int INTEREST =
      EpollEvents.IN | EpollEvents.OUT | EpollEvents.RDHUP | EpollEvents.EDGE;
}
