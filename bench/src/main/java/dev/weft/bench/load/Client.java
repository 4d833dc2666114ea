package dev.weft.bench.load;

import dev.weft.bench.model.ConnectionState;
import dev.weft.internal.sys.DescriptorCalls;
import dev.weft.internal.sys.EpollEvents;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.OptionCalls;
import dev.weft.internal.sys.SocketCalls;
import java.lang.foreign.MemorySegment;

/**
 * One client: one request at a time, on a connection each or on a persistent one. Never blocks; the
 * {@link Generator} calls it after events.
 */
final class Client {
  private static final int HANGUP = EpollEvents.RDHUP | EpollEvents.HUP;

  private final Generator generator;
  private final int index;
  private ConnectionState state = ConnectionState.INIT;
  private int fd = -1;

  /** Distinguishes events of this connection from those of an earlier one of the same client. */
  private int incarnation;

  /** Whether a request is in flight. */
  private boolean busy;

  private long number;
  private long intended;
  private long connectBegan;
  private long connectNanos;
  private int sent;
  private int received;

  Client(Generator generator, int index) {
    this.generator = generator;
    this.index = index;
  }

  boolean isBusy() {
    return busy;
  }

  boolean isConnected() {
    return state != ConnectionState.INIT
        && state != ConnectionState.CONNECTING
        && state != ConnectionState.CLOSED;
  }

  boolean isUnderWay() {
    return fd >= 0;
  }

  long intended() {
    return intended;
  }

  /** Opens the connection that later requests use, without sending a request. */
  void connect(long now) {
    intended = now;
    open(now);
  }

  /** Begins request {@code requestNumber}, which was meant to begin at {@code due}. */
  void begin(long requestNumber, long due) {
    busy = true;
    number = requestNumber;
    intended = due;
    sent = 0;
    received = 0;
    connectNanos = 0;
    if (isConnected()) {
      state = state.to(ConnectionState.SENDING);
      send();
    } else {
      open(System.nanoTime());
    }
  }

  private void open(long now) {
    if (state != ConnectionState.INIT) {
      state = state.to(ConnectionState.INIT);
    }
    incarnation++;
    connectBegan = now;
    fd = generator.openSocket(index);
    if (fd < 0) {
      fail(Failure.NO_SOCKET);
      return;
    }
    state = state.to(ConnectionState.CONNECTING);
    int result = SocketCalls.connect(fd, generator.server());
    if (result != 0 && result != -Errno.EINPROGRESS) {
      fail(result == -Errno.ECONNREFUSED ? Failure.CONNECT_REFUSED : Failure.CONNECT_FAILED);
      return;
    }
    // Over loopback the handshake is usually complete by now, so no event is needed.
    boolean allSent = tryFirst();
    if (fd >= 0) {
      int output = allSent && generator.isShort() ? 0 : EpollEvents.OUT;
      generator.watch(fd, EpollEvents.IN | EpollEvents.RDHUP | EpollEvents.EDGE | output, token());
    }
  }

  /** Sends on a connection that may still be connecting; returns whether everything was sent. */
  private boolean tryFirst() {
    if (!busy) {
      return false;
    }
    byte[] request = generator.script().request(number);
    int n = SocketCalls.send(fd, MemorySegment.ofArray(request), 0, request.length);
    if (n >= 0) {
      established();
      state = state.to(ConnectionState.SENDING);
      sent = n;
      return sentSome(request.length);
    }
    if (n != -Errno.EAGAIN && n != -Errno.ENOTCONN) {
      fail(n == -Errno.ECONNREFUSED ? Failure.CONNECT_REFUSED : Failure.CONNECT_FAILED);
    }
    return false;
  }

  private void established() {
    state = state.to(ConnectionState.ESTABLISHED);
    connectNanos = System.nanoTime() - connectBegan;
  }

  private long token() {
    return (long) incarnation << Integer.SIZE | index;
  }

  /** Handles an event of epoll. */
  void ready(int eventIncarnation, int events) {
    if (eventIncarnation != incarnation || fd < 0) {
      return; // an event of a closed connection
    }
    if (state == ConnectionState.CONNECTING) {
      if ((events & (EpollEvents.ERR | EpollEvents.HUP)) != 0) {
        fail(refused() ? Failure.CONNECT_REFUSED : Failure.CONNECT_FAILED);
        return;
      }
      if ((events & EpollEvents.OUT) == 0) {
        return;
      }
      established();
      if (!busy) {
        generator.connected();
        return;
      }
      state = state.to(ConnectionState.SENDING);
    }
    if (state == ConnectionState.SENDING) {
      send();
    }
    if ((events & (EpollEvents.IN | HANGUP | EpollEvents.ERR)) != 0) {
      receive((events & HANGUP) != 0, (events & EpollEvents.ERR) != 0);
    }
  }

  private boolean refused() {
    int[] error = new int[1];
    return OptionCalls.getsockopt(fd, 1 /* SOL_SOCKET */, 4 /* SO_ERROR */, error) == 0
        && error[0] == Errno.ECONNREFUSED;
  }

  private void send() {
    byte[] request = generator.script().request(number);
    while (sent < request.length) {
      int n = SocketCalls.send(fd, MemorySegment.ofArray(request), sent, request.length - sent);
      if (n == -Errno.EAGAIN) {
        return;
      }
      if (n < 0) {
        fail(Failure.RESET);
        return;
      }
      sent += n;
    }
    sentSome(request.length);
  }

  private boolean sentSome(int length) {
    if (sent == length) {
      state = state.to(ConnectionState.RECEIVING);
    }
    return sent == length;
  }

  private void receive(boolean hangup, boolean error) {
    byte[] buffer = generator.buffer();
    while (fd >= 0) {
      int n = SocketCalls.recv(fd, MemorySegment.ofArray(buffer), 0, buffer.length);
      if (n == -Errno.EAGAIN) {
        return;
      }
      if (n < 0 || (n == 0 && error)) {
        fail(Failure.RESET);
      } else if (n == 0) {
        ended();
      } else {
        received(buffer, n);
        if (fd >= 0 && n < buffer.length) {
          if (!hangup) {
            return; // the socket is empty, and an edge-triggered event follows when more arrives
          }
          if (state == ConnectionState.CLOSING && !error) {
            ended(); // the end of the stream was reported, so no read is needed
          }
        }
      }
    }
  }

  private void received(byte[] buffer, int n) {
    Script script = generator.script();
    if (!busy || state == ConnectionState.CLOSING || received + n > script.answerLength()) {
      fail(Failure.TOO_MUCH);
      return;
    }
    if (!script.isExpected(number, received, buffer, n)) {
      fail(Failure.WRONG_ANSWER);
      return;
    }
    received += n;
    if (received < script.answerLength()) {
      return;
    }
    if (generator.isShort()) {
      state = state.to(ConnectionState.CLOSING);
    } else {
      state = state.to(ConnectionState.ESTABLISHED);
      complete();
    }
  }

  private void ended() {
    if (state == ConnectionState.CLOSING) {
      close();
      complete();
    } else {
      fail(Failure.CLOSED_EARLY);
    }
  }

  private void complete() {
    long now = System.nanoTime();
    busy = false;
    generator.completed(this, now, now - intended, connectNanos);
  }

  /** Abandons the request in flight and closes the connection. */
  void timeOut(long now) {
    boolean connecting = state == ConnectionState.CONNECTING;
    close();
    busy = false;
    generator.timedOut(this, now, now - intended, connecting ? now - connectBegan : connectNanos);
  }

  private void fail(Failure failure) {
    close();
    busy = false;
    generator.failed(this, failure);
  }

  /** Marks the client as idle, without a connection or request. */
  void close() {
    if (fd >= 0) {
      DescriptorCalls.close(fd);
      fd = -1;
    }
    if (state != ConnectionState.CLOSED && state != ConnectionState.INIT) {
      state = state.to(ConnectionState.CLOSED);
    }
  }
}
