package dev.weft.internal.sys;

import static dev.weft.internal.sys.Libc.C_INT;
import static dev.weft.internal.sys.Libc.C_LONG;
import static dev.weft.internal.sys.Libc.C_POINTER;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/** System calls of sockets, with the conventions of {@link Libc}. */
public final class SocketCalls {
  public static final int AF_UNIX = 1;
  public static final int AF_INET = 2;
  public static final int AF_INET6 = 10;
  public static final int SOCK_STREAM = 1;
  public static final int SOCK_DGRAM = 2;
  public static final int IPPROTO_MPTCP = 262;
  public static final int SOCK_NONBLOCK = 0x800;
  public static final int SOCK_CLOEXEC = 0x80000;
  public static final int SHUT_RD = 0;
  public static final int SHUT_WR = 1;
  private static final int MSG_PEEK = 0x2;
  private static final int MSG_TRUNC = 0x20;
  private static final int MSG_NOSIGNAL = 0x4000;

  private static final MethodHandle RECV =
      Libc.quick("recv", C_LONG, C_INT, C_POINTER, C_LONG, C_INT);
  private static final MethodHandle SEND =
      Libc.quick("send", C_LONG, C_INT, C_POINTER, C_LONG, C_INT);
  private static final MethodHandle RECV_MAPPED =
      Libc.slow("recv", C_LONG, C_INT, C_POINTER, C_LONG, C_INT);
  private static final MethodHandle SEND_MAPPED =
      Libc.slow("send", C_LONG, C_INT, C_POINTER, C_LONG, C_INT);
  private static final MethodHandle SENDTO_MAPPED =
      Libc.slow("sendto", C_LONG, C_INT, C_POINTER, C_LONG, C_INT, C_POINTER, C_INT);
  private static final MethodHandle RECVFROM =
      Libc.quick("recvfrom", C_LONG, C_INT, C_POINTER, C_LONG, C_INT, C_POINTER, C_POINTER);
  private static final MethodHandle SENDTO =
      Libc.quick("sendto", C_LONG, C_INT, C_POINTER, C_LONG, C_INT, C_POINTER, C_INT);
  private static final MethodHandle SOCKATMARK = Libc.quick("sockatmark", C_INT, C_INT);
  private static final MethodHandle SOCKET = Libc.quick("socket", C_INT, C_INT, C_INT, C_INT);
  private static final MethodHandle BIND = Libc.quick("bind", C_INT, C_INT, C_POINTER, C_INT);
  private static final MethodHandle LISTEN = Libc.quick("listen", C_INT, C_INT, C_INT);
  private static final MethodHandle ACCEPT4 =
      Libc.quick("accept4", C_INT, C_INT, C_POINTER, C_POINTER, C_INT);
  private static final MethodHandle GETSOCKNAME =
      Libc.quick("getsockname", C_INT, C_INT, C_POINTER, C_POINTER);
  private static final MethodHandle GETPEERNAME =
      Libc.quick("getpeername", C_INT, C_INT, C_POINTER, C_POINTER);
  private static final MethodHandle CONNECT = Libc.slow("connect", C_INT, C_INT, C_POINTER, C_INT);
  private static final MethodHandle SHUTDOWN = Libc.slow("shutdown", C_INT, C_INT, C_INT);

  private SocketCalls() {}

  // Data

  // Pages of a mapped file may have to be read from a disk during the call. Safepoints must not
  // wait for that, so mapped memory goes through slow calls.

  /** Reads up to {@code length} bytes, at most {@link Libc#MAX_TRANSFER}; 0 at end of stream. */
  public static int recv(int fd, MemorySegment memory, long offset, int length) {
    CallState state = CallState.current(CallKind.READ);
    int most = Math.min(length, Libc.MAX_TRANSFER);
    MemorySegment part = memory.asSlice(offset, most);
    try {
      long n =
          part.isMapped()
              ? (long) RECV_MAPPED.invokeExact(state.errno, fd, part, (long) most, 0)
              : (long) RECV.invokeExact(state.errno, fd, part, (long) most, 0);
      return Libc.answer(state, (int) n);
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  /**
   * Writes up to {@code length} bytes, at most {@link Libc#MAX_TRANSFER}. A broken connection
   * raises no signal.
   */
  public static int send(int fd, MemorySegment memory, long offset, int length) {
    CallState state = CallState.current(CallKind.WRITE);
    int most = Math.min(length, Libc.MAX_TRANSFER);
    MemorySegment part = memory.asSlice(offset, most);
    try {
      long n =
          part.isMapped()
              ? (long) SEND_MAPPED.invokeExact(state.errno, fd, part, (long) most, MSG_NOSIGNAL)
              : (long) SEND.invokeExact(state.errno, fd, part, (long) most, MSG_NOSIGNAL);
      return Libc.answer(state, (int) n);
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  /**
   * Receives the next datagram: as much as fits into {@code memory}; the rest is lost. Returns its
   * full size, and fills in the sender's address.
   */
  public static int receiveFrom(int fd, MemorySegment memory, RawAddress sender) {
    CallState state = CallState.current(CallKind.READ);
    state.addressLength.set(JAVA_INT, 0, CallState.ADDRESS_BYTES);
    try {
      long n =
          (long)
              RECVFROM.invokeExact(
                  state.errno,
                  fd,
                  memory,
                  memory.byteSize(),
                  MSG_TRUNC,
                  state.address,
                  state.addressLength);
      if (n >= 0) {
        sender.readFrom(state.address, state.addressLength.get(JAVA_INT, 0));
      }
      return Libc.answer(state, (int) n);
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  /**
   * Sends one datagram, whole or not at all: one that is too long is refused before it is copied.
   *
   * @param to {@code null} for the address that the socket is connected to
   */
  public static int sendTo(
      int fd, MemorySegment memory, long offset, int length, @Nullable RawAddress to) {
    CallState state = CallState.current(CallKind.WRITE);
    MemorySegment address = to == null ? MemorySegment.NULL : state.address;
    int addressLength = to == null ? 0 : to.writeTo(state.address);
    MemorySegment part = memory.asSlice(offset, length);
    try {
      long n;
      if (part.isMapped()) {
        n =
            (long)
                SENDTO_MAPPED.invokeExact(
                    state.errno, fd, part, (long) length, MSG_NOSIGNAL, address, addressLength);
      } else {
        n =
            (long)
                SENDTO.invokeExact(
                    state.errno, fd, part, (long) length, MSG_NOSIGNAL, address, addressLength);
      }
      return Libc.answer(state, (int) n);
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  /** Receives one byte without consuming it. An error is consumed: it is reported once. */
  public static int peek(int fd) {
    CallState state = CallState.current(CallKind.READ);
    try {
      return Libc.answer(
          state, (int) (long) RECV.invokeExact(state.errno, fd, state.option, 1L, MSG_PEEK));
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  /**
   * Reports whether the next byte of a TCP socket is urgent. A read stops in front of that byte,
   * and the next one skips it, so the socket may hold more bytes than a short read suggests.
   */
  public static boolean isAtUrgentMark(int fd) {
    CallState state = CallState.current(CallKind.OTHER);
    try {
      return (int) SOCKATMARK.invokeExact(state.errno, fd) == 1;
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  // Creating and closing

  /** A new socket with the usual protocol of its type, non-blocking and close-on-exec. */
  public static int socket(int family, int type) {
    return socket(family, type, 0);
  }

  /** A new socket, non-blocking and close-on-exec. */
  public static int socket(int family, int type, int protocol) {
    CallState state = CallState.current(CallKind.OTHER);
    try {
      int fd =
          (int)
              SOCKET.invokeExact(
                  state.errno, family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
      return Libc.answer(state, fd);
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  public static int bind(int fd, RawAddress address) {
    CallState state = CallState.current(CallKind.OTHER);
    int length = address.writeTo(state.address);
    try {
      return Libc.answer(state, (int) BIND.invokeExact(state.errno, fd, state.address, length));
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  public static int listen(int fd, int backlog) {
    CallState state = CallState.current(CallKind.OTHER);
    try {
      return Libc.answer(state, (int) LISTEN.invokeExact(state.errno, fd, backlog));
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  public static int connect(int fd, RawAddress address) {
    CallState state = CallState.current(CallKind.OTHER);
    int length = address.writeTo(state.address);
    try {
      return Libc.answer(state, (int) CONNECT.invokeExact(state.errno, fd, state.address, length));
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  /** Accepts one connection, non-blocking and close-on-exec, and fills in the peer's address. */
  public static int accept(int fd, RawAddress peer) {
    CallState state = CallState.current(CallKind.ACCEPT);
    state.addressLength.set(JAVA_INT, 0, CallState.ADDRESS_BYTES);
    int accepted = -1;
    boolean isComplete = false;
    try {
      accepted =
          (int)
              ACCEPT4.invokeExact(
                  state.errno,
                  fd,
                  state.address,
                  state.addressLength,
                  SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (accepted >= 0) {
        peer.readFrom(state.address, state.addressLength.get(JAVA_INT, 0));
      }
      isComplete = true;
      return Libc.answer(state, accepted);
    } catch (Throwable e) {
      throw Libc.broken(e);
    } finally {
      if (!isComplete && accepted >= 0) { // no memory for the address
        DescriptorCalls.close(accepted);
      }
    }
  }

  public static int localAddress(int fd, RawAddress into) {
    CallState state = CallState.current(CallKind.OTHER);
    state.addressLength.set(JAVA_INT, 0, CallState.ADDRESS_BYTES);
    try {
      int result =
          (int) GETSOCKNAME.invokeExact(state.errno, fd, state.address, state.addressLength);
      if (result == 0) {
        into.readFrom(state.address, state.addressLength.get(JAVA_INT, 0));
      }
      return Libc.answer(state, result);
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  public static int peerAddress(int fd, RawAddress into) {
    CallState state = CallState.current(CallKind.OTHER);
    state.addressLength.set(JAVA_INT, 0, CallState.ADDRESS_BYTES);
    try {
      int result =
          (int) GETPEERNAME.invokeExact(state.errno, fd, state.address, state.addressLength);
      if (result == 0) {
        into.readFrom(state.address, state.addressLength.get(JAVA_INT, 0));
      }
      return Libc.answer(state, result);
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  public static int shutdown(int fd, int how) {
    CallState state = CallState.current(CallKind.OTHER);
    try {
      return Libc.answer(state, (int) SHUTDOWN.invokeExact(state.errno, fd, how));
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }
}
