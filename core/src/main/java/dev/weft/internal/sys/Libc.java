package dev.weft.internal.sys;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The C library calls Weft makes, typed.
 *
 * <p>Every call answers as the kernel does: the result, or the negated error number ({@link
 * Errno}). None allocates.
 *
 * <p>There are two kinds of call. <em>Quick</em> ones never wait and keep the thread in Java state:
 * no safepoint transition, and heap memory can be handed straight to the kernel, because no garbage
 * collection can start meanwhile; callers keep one transfer within {@link #MAX_TRANSFER}.
 * <em>Slow</em> ones may wait, or run long in the kernel (a loopback {@code connect} does the whole
 * handshake), so they let safepoints pass and take native memory only.
 */
public final class Libc {
  /**
   * The most one quick transfer moves: it bounds how long a safepoint may have to wait for a copy.
   */
  public static final int MAX_TRANSFER = 64 * 1024;

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
  private static final int EFD_NONBLOCK = 0x800;
  private static final int EFD_CLOEXEC = 0x80000;
  private static final int RLIMIT_NOFILE = 7;

  static final MemoryLayout C_INT = JAVA_INT;
  static final MemoryLayout C_LONG = JAVA_LONG;
  static final MemoryLayout C_POINTER = ADDRESS;

  private static final Linker LINKER = Linker.nativeLinker();

  private static final MethodHandle RECV = quick("recv", C_LONG, C_INT, C_POINTER, C_LONG, C_INT);
  private static final MethodHandle SEND = quick("send", C_LONG, C_INT, C_POINTER, C_LONG, C_INT);
  private static final MethodHandle RECVFROM =
      quick("recvfrom", C_LONG, C_INT, C_POINTER, C_LONG, C_INT, C_POINTER, C_POINTER);
  private static final MethodHandle SENDTO =
      quick("sendto", C_LONG, C_INT, C_POINTER, C_LONG, C_INT, C_POINTER, C_INT);
  private static final MethodHandle ACCEPT4 =
      quick("accept4", C_INT, C_INT, C_POINTER, C_POINTER, C_INT);
  private static final MethodHandle SOCKET = quick("socket", C_INT, C_INT, C_INT, C_INT);
  private static final MethodHandle BIND = quick("bind", C_INT, C_INT, C_POINTER, C_INT);
  private static final MethodHandle LISTEN = quick("listen", C_INT, C_INT, C_INT);
  private static final MethodHandle GETSOCKOPT =
      quick("getsockopt", C_INT, C_INT, C_INT, C_INT, C_POINTER, C_POINTER);
  private static final MethodHandle SETSOCKOPT =
      quick("setsockopt", C_INT, C_INT, C_INT, C_INT, C_POINTER, C_INT);
  private static final MethodHandle SOCKATMARK = quick("sockatmark", C_INT, C_INT);
  private static final MethodHandle GETSOCKNAME =
      quick("getsockname", C_INT, C_INT, C_POINTER, C_POINTER);
  private static final MethodHandle GETPEERNAME =
      quick("getpeername", C_INT, C_INT, C_POINTER, C_POINTER);
  private static final MethodHandle EPOLL_CREATE1 = quick("epoll_create1", C_INT, C_INT);
  private static final MethodHandle EPOLL_CTL =
      quick("epoll_ctl", C_INT, C_INT, C_INT, C_INT, C_POINTER);
  private static final MethodHandle EPOLL_POLL =
      quick("epoll_wait", C_INT, C_INT, C_POINTER, C_INT, C_INT);
  private static final MethodHandle EVENTFD = quick("eventfd", C_INT, C_INT, C_INT);
  private static final MethodHandle EVENTFD_WRITE = quick("eventfd_write", C_INT, C_INT, C_LONG);
  private static final MethodHandle EVENTFD_READ = quick("eventfd_read", C_INT, C_INT, C_POINTER);
  private static final MethodHandle GETTID = quick("gettid", C_INT);
  private static final MethodHandle GETPRIORITY = quick("getpriority", C_INT, C_INT, C_INT);
  private static final MethodHandle SETPRIORITY = quick("setpriority", C_INT, C_INT, C_INT, C_INT);
  private static final MethodHandle CLOCK_GETTIME = quick("clock_gettime", C_INT, C_INT, C_POINTER);
  private static final MethodHandle GETRLIMIT = quick("getrlimit", C_INT, C_INT, C_POINTER);

  private static final MethodHandle CONNECT = slow("connect", C_INT, C_INT, C_POINTER, C_INT);
  private static final MethodHandle SHUTDOWN = slow("shutdown", C_INT, C_INT, C_INT);
  private static final MethodHandle CLOSE = slow("close", C_INT, C_INT);
  private static final MethodHandle EPOLL_WAIT =
      slow("epoll_wait", C_INT, C_INT, C_POINTER, C_INT, C_INT);

  /**
   * Nanosecond time-outs (kernel 5.11, glibc 2.35); {@code null} where the C library has only
   * {@code epoll_wait}.
   */
  private static final @Nullable MethodHandle EPOLL_PWAIT2 =
      LINKER.defaultLookup().find("epoll_pwait2").isPresent()
          ? slow("epoll_pwait2", C_INT, C_INT, C_POINTER, C_INT, C_POINTER, C_POINTER)
          : null;

  private Libc() {}

  static MethodHandle quick(String name, MemoryLayout result, MemoryLayout... arguments) {
    return bind(name, result, arguments, Linker.Option.critical(true));
  }

  static MethodHandle slow(String name, MemoryLayout result, MemoryLayout... arguments) {
    return bind(name, result, arguments, null);
  }

  static MethodHandle bind(
      String name, MemoryLayout result, MemoryLayout[] arguments, Linker.@Nullable Option kind) {
    List<Linker.Option> options = new ArrayList<>();
    options.add(Linker.Option.captureCallState("errno"));
    if (kind != null) {
      options.add(kind);
    }
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(result, arguments),
        options.toArray(Linker.Option[]::new));
  }

  /**
   * A downcall throws unchecked exceptions where the caller's memory was freed or is another
   * thread's; anything else is a broken binding.
   */
  static AssertionError broken(Throwable e) {
    if (e instanceof RuntimeException wrongMemory) {
      throw wrongMemory;
    }
    if (e instanceof Error error) {
      throw error;
    }
    return new AssertionError(e);
  }

  static int answer(CallState state, int result) {
    return result >= 0 ? result : -state.errno();
  }

  // Data

  /** Reads up to {@code length} bytes, at most {@link #MAX_TRANSFER}; 0 at end of stream. */
  public static int recv(int fd, MemorySegment memory, long offset, int length) {
    CallState state = CallState.current();
    int most = Math.min(length, MAX_TRANSFER);
    try {
      long n =
          (long) RECV.invokeExact(state.errno, fd, memory.asSlice(offset, most), (long) most, 0);
      return answer(state, (int) n);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /**
   * Writes up to {@code length} bytes, at most {@link #MAX_TRANSFER}. A broken connection raises no
   * signal.
   */
  public static int send(int fd, MemorySegment memory, long offset, int length) {
    CallState state = CallState.current();
    int most = Math.min(length, MAX_TRANSFER);
    try {
      long n =
          (long)
              SEND.invokeExact(
                  state.errno, fd, memory.asSlice(offset, most), (long) most, MSG_NOSIGNAL);
      return answer(state, (int) n);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /**
   * Takes the next datagram: as much as fits into {@code memory}, the rest is lost. Returns its
   * whole size, and fills in the sender's address.
   */
  public static int receiveFrom(int fd, MemorySegment memory, RawAddress sender) {
    CallState state = CallState.current();
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
      return answer(state, (int) n);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /**
   * Sends one datagram, whole or not at all: one that is too long is refused before it is copied.
   *
   * @param to {@code null} for the address that the socket is connected to
   */
  public static int sendTo(
      int fd, MemorySegment memory, long offset, int length, @Nullable RawAddress to) {
    CallState state = CallState.current();
    MemorySegment address = to == null ? MemorySegment.NULL : state.address;
    int addressLength = to == null ? 0 : to.writeTo(state.address);
    try {
      long n =
          (long)
              SENDTO.invokeExact(
                  state.errno,
                  fd,
                  memory.asSlice(offset, length),
                  (long) length,
                  MSG_NOSIGNAL,
                  address,
                  addressLength);
      return answer(state, (int) n);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** As {@link #recv} of one byte, which stays where it is. An error does not: it is told once. */
  public static int peek(int fd) {
    CallState state = CallState.current();
    try {
      return answer(
          state, (int) (long) RECV.invokeExact(state.errno, fd, state.option, 1L, MSG_PEEK));
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  // Sockets

  /**
   * Reports whether the next byte of a TCP socket is urgent. A read stops in front of that byte,
   * and the next one skips it, so the socket may hold more bytes than a short read suggests.
   */
  public static boolean isAtUrgentMark(int fd) {
    CallState state = CallState.current();
    try {
      return (int) SOCKATMARK.invokeExact(state.errno, fd) == 1;
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** A new socket with the usual protocol of its type, non-blocking and close-on-exec. */
  public static int socket(int family, int type) {
    return socket(family, type, 0);
  }

  /** A new socket, non-blocking and close-on-exec. */
  public static int socket(int family, int type, int protocol) {
    CallState state = CallState.current();
    try {
      int fd =
          (int)
              SOCKET.invokeExact(
                  state.errno, family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
      return answer(state, fd);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  public static int bind(int fd, RawAddress address) {
    CallState state = CallState.current();
    int length = address.writeTo(state.address);
    try {
      return answer(state, (int) BIND.invokeExact(state.errno, fd, state.address, length));
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  public static int listen(int fd, int backlog) {
    CallState state = CallState.current();
    try {
      return answer(state, (int) LISTEN.invokeExact(state.errno, fd, backlog));
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  public static int connect(int fd, RawAddress address) {
    CallState state = CallState.current();
    int length = address.writeTo(state.address);
    try {
      return answer(state, (int) CONNECT.invokeExact(state.errno, fd, state.address, length));
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** Accepts one connection, non-blocking and close-on-exec, and fills in the peer's address. */
  public static int accept(int fd, RawAddress peer) {
    CallState state = CallState.current();
    state.addressLength.set(JAVA_INT, 0, CallState.ADDRESS_BYTES);
    try {
      int accepted =
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
      return answer(state, accepted);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  public static int localAddress(int fd, RawAddress into) {
    CallState state = CallState.current();
    state.addressLength.set(JAVA_INT, 0, CallState.ADDRESS_BYTES);
    try {
      int result =
          (int) GETSOCKNAME.invokeExact(state.errno, fd, state.address, state.addressLength);
      if (result == 0) {
        into.readFrom(state.address, state.addressLength.get(JAVA_INT, 0));
      }
      return answer(state, result);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  public static int peerAddress(int fd, RawAddress into) {
    CallState state = CallState.current();
    state.addressLength.set(JAVA_INT, 0, CallState.ADDRESS_BYTES);
    try {
      int result =
          (int) GETPEERNAME.invokeExact(state.errno, fd, state.address, state.addressLength);
      if (result == 0) {
        into.readFrom(state.address, state.addressLength.get(JAVA_INT, 0));
      }
      return answer(state, result);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  public static int shutdown(int fd, int how) {
    CallState state = CallState.current();
    try {
      return answer(state, (int) SHUTDOWN.invokeExact(state.errno, fd, how));
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /**
   * Releases the descriptor, which is gone whatever the answer (Linux never keeps it open on
   * EINTR).
   */
  public static int close(int fd) {
    CallState state = CallState.current();
    try {
      return answer(state, (int) CLOSE.invokeExact(state.errno, fd));
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** An option of type {@code int}: its value in {@code value[0]}. */
  public static int getsockopt(int fd, int level, int name, int[] value) {
    CallState state = CallState.current();
    state.addressLength.set(JAVA_INT, 0, 4 * value.length);
    try {
      int result =
          (int)
              GETSOCKOPT.invokeExact(
                  state.errno, fd, level, name, state.option, state.addressLength);
      if (result == 0) {
        MemorySegment.copy(state.option, JAVA_INT, 0, value, 0, value.length);
      }
      return answer(state, result);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** An option of any size; returns how many bytes of it the kernel wrote. */
  static int getsockopt(int fd, int level, int name, MemorySegment into) {
    CallState state = CallState.current();
    state.addressLength.set(JAVA_INT, 0, (int) into.byteSize());
    try {
      int result =
          (int) GETSOCKOPT.invokeExact(state.errno, fd, level, name, into, state.addressLength);
      return result < 0 ? -state.errno() : state.addressLength.get(JAVA_INT, 0);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /**
   * An option whose value is one {@code int}, or several laid side by side ({@code struct linger}
   * is two).
   */
  public static int setsockopt(int fd, int level, int name, int... value) {
    CallState state = CallState.current();
    MemorySegment.copy(value, 0, state.option, JAVA_INT, 0, value.length);
    try {
      return answer(
          state,
          (int)
              SETSOCKOPT.invokeExact(state.errno, fd, level, name, state.option, 4 * value.length));
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  // Waiting

  public static int epollCreate() {
    CallState state = CallState.current();
    try {
      return answer(state, (int) EPOLL_CREATE1.invokeExact(state.errno, SOCK_CLOEXEC));
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** Watches {@code fd} for {@code events}, which will be reported with {@code token}. */
  public static int epollAdd(int epoll, int fd, int events, long token) {
    CallState state = CallState.current();
    EpollEvents.write(state.option, events, token);
    try {
      return answer(
          state,
          (int) EPOLL_CTL.invokeExact(state.errno, epoll, EpollEvents.CTL_ADD, fd, state.option));
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** Collects what is ready without waiting. */
  public static int epollPoll(int epoll, EpollEvents events, int most) {
    CallState state = CallState.current();
    try {
      return answer(
          state, (int) EPOLL_POLL.invokeExact(state.errno, epoll, events.memory(), most, 0));
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /**
   * Waits until something is ready, at most {@code nanos}; for ever when that is negative. Never
   * early: where the kernel takes only milliseconds, they are rounded up.
   */
  public static int epollWait(int epoll, EpollEvents events, int most, long nanos) {
    CallState state = CallState.current();
    try {
      if (nanos >= 0 && EPOLL_PWAIT2 != null) {
        MemorySegment timeout = state.option;
        timeout.set(JAVA_LONG, 0, nanos / 1_000_000_000L);
        timeout.set(JAVA_LONG, 8, nanos % 1_000_000_000L);
        int n =
            (int)
                EPOLL_PWAIT2.invokeExact(
                    state.errno, epoll, events.memory(), most, timeout, MemorySegment.NULL);
        int result = answer(state, n);
        if (result != -Errno.ENOSYS) {
          return result;
        }
      }
      int millis =
          nanos < 0 ? -1 : (int) Math.min(Integer.MAX_VALUE, (nanos + 999_999) / 1_000_000);
      return answer(
          state, (int) EPOLL_WAIT.invokeExact(state.errno, epoll, events.memory(), most, millis));
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  public static int eventfd() {
    CallState state = CallState.current();
    try {
      return answer(state, (int) EVENTFD.invokeExact(state.errno, 0, EFD_NONBLOCK | EFD_CLOEXEC));
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  public static int eventfdWrite(int fd) {
    CallState state = CallState.current();
    try {
      return answer(state, (int) EVENTFD_WRITE.invokeExact(state.errno, fd, 1L));
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** Sets the count of an eventfd back to 0. */
  public static int eventfdRead(int fd) {
    CallState state = CallState.current();
    try {
      return answer(state, (int) EVENTFD_READ.invokeExact(state.errno, fd, state.option));
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  // Threads and limits

  /** The kernel's number of the calling thread. */
  public static int gettid() {
    CallState state = CallState.current();
    try {
      return answer(state, (int) GETTID.invokeExact(state.errno));
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** The nice value of the thread {@code tid}, -20 (favoured) to 19. */
  public static int niceOf(int tid) {
    CallState state = CallState.current();
    try {
      return (int) GETPRIORITY.invokeExact(state.errno, 0, tid);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /**
   * Sets the nice value of one thread; going down again needs CAP_SYS_NICE or a suitable
   * RLIMIT_NICE.
   */
  public static int setNice(int tid, int nice) {
    CallState state = CallState.current();
    try {
      return answer(state, (int) SETPRIORITY.invokeExact(state.errno, 0, tid, nice));
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /**
   * The CPU time the thread {@code tid} of this process has used, in nanoseconds; negative when it
   * has ended.
   */
  public static long cpuNanosOf(int tid) {
    CallState state = CallState.current();
    // The kernel's encoding of "the scheduler clock of that thread" (CPUCLOCK_PERTHREAD |
    // CPUCLOCK_SCHED).
    int clock = (~tid << 3) | 6;
    try {
      int result = (int) CLOCK_GETTIME.invokeExact(state.errno, clock, state.option);
      if (result < 0) {
        return -state.errno();
      }
      return state.option.get(JAVA_LONG, 0) * 1_000_000_000L + state.option.get(JAVA_LONG, 8);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** How many descriptors this process may have open. */
  public static long descriptorLimit() {
    CallState state = CallState.current();
    try {
      int result = (int) GETRLIMIT.invokeExact(state.errno, RLIMIT_NOFILE, state.option);
      return result < 0 ? -state.errno() : state.option.get(JAVA_LONG, 0);
    } catch (Throwable e) {
      throw broken(e);
    }
  }
}
