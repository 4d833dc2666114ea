package dev.weft.internal.sys;

import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Calls about a descriptor itself: large socket options and its flags. */
public final class OptionCalls {
  private static final int IPPROTO_TCP = 6;
  private static final int TCP_INFO = 11;
  private static final int F_SETFD = 2;
  private static final int F_GETFL = 3;
  private static final int F_SETFL = 4;
  private static final int FD_CLOEXEC = 1;
  private static final int O_NONBLOCK = 0x800;

  /** The third argument is a variadic one, which some ABIs pass differently. */
  private static final MethodHandle FCNTL =
      Libc.bind(
          "fcntl",
          Libc.C_INT,
          new java.lang.foreign.MemoryLayout[] {Libc.C_INT, Libc.C_INT, Libc.C_INT},
          Linker.Option.firstVariadicArg(2));

  private OptionCalls() {}

  /** What the kernel knows of a TCP connection. */
  public static TcpInfoStruct tcpInfo(int fd) throws SystemCallException {
    Scratch scratch = Scratch.take();
    try {
      MemorySegment into = scratch.data.asSlice(0, TcpInfoStruct.BYTES);
      int length =
          SystemCallException.check("getsockopt", Libc.getsockopt(fd, IPPROTO_TCP, TCP_INFO, into));
      return new TcpInfoStruct(into, length);
    } finally {
      scratch.give();
    }
  }

  /** Makes an inherited descriptor non-blocking and close-on-exec, as ours are. */
  public static void adopt(int fd) throws SystemCallException {
    SystemCallException.check("fcntl", fcntl(fd, F_SETFD, FD_CLOEXEC));
    int flags = SystemCallException.check("fcntl", fcntl(fd, F_GETFL, 0));
    SystemCallException.check("fcntl", fcntl(fd, F_SETFL, flags | O_NONBLOCK));
  }

  private static int fcntl(int fd, int command, int argument) {
    CallState state = CallState.current();
    try {
      return Libc.answer(state, (int) FCNTL.invokeExact(state.errno, fd, command, argument));
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }
}
