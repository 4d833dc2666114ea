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
  private byte @Nullable [] begun;

  private int have;

  /** The part of an answer that is still to be sent. */
  private byte[] owed = NOTHING;

  private int owedFrom;
  private int owedTo;
  private boolean closeBehind;

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
        if (begun != null) {
          answerAll(scratch.exchange, begun, have);
        }
        moved = true;
        continue;
      }
      byte[] buffer = begun == null ? scratch.bytes : begun;
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
    owed = exchange.answer();
    owedFrom = exchange.answerOffset();
    owedTo = owedFrom + exchange.answerLength();
    closeBehind = exchange.isLast();
    if (!send()) {
      // The kernel's buffer is full, and the next connection may overwrite the answer in shared
      // memory.
      owed = Arrays.copyOfRange(owed, owedFrom, owedTo);
      owedTo -= owedFrom;
      owedFrom = 0;
    }
  }

  /** Sends the rest of the answer; false on EAGAIN. */
  private boolean send() {
    while (owedFrom < owedTo) {
      int n = SocketCalls.send(fd, MemorySegment.ofArray(owed), owedFrom, owedTo - owedFrom);
      if (n == -Errno.EAGAIN) {
        return false;
      }
      if (n < 0) {
        close();
        return true;
      }
      owedFrom += n;
    }
    owed = NOTHING;
    if (closeBehind) {
      close();
    } else {
      state = state.to(ConnectionState.ESTABLISHED);
    }
    return true;
  }

  /** Keeps what is left of the buffer for the next read. */
  private void keep(byte[] buffer, int at, int to) {
    if (at == to || state == ConnectionState.CLOSED) {
      begun = null;
      have = 0;
      return;
    }
    if (to - at == buffer.length) {
      close(); // no request is that long
      return;
    }
    byte[] own = begun == null ? new byte[buffer.length] : begun;
    System.arraycopy(buffer, at, own, 0, to - at);
    begun = own;
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
