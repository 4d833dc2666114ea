package dev.weft.internal.poll.uring;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.weft.Weft;
import dev.weft.net.Conn;
import dev.weft.net.Net;
import dev.weft.net.TcpListener;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;

/** Asks for io_uring in a process that may not use it, as in many containers. */
final class ForbiddenProgram {
  private static final int IO_URING_SETUP = 425;
  private static final int SET_NO_NEW_PRIVILEGES = 38;
  private static final long FILTER_FOR_ALL_THREADS = 1;

  private ForbiddenProgram() {}

  public static void main(String[] args) throws Throwable {
    forbid();
    try (TcpListener listener = Net.listenTcp("tcp4", "127.0.0.1:0")) {
      Weft.go(() -> {
        try (Conn conn = listener.accept()) {
          conn.write(new byte[] {42});
        }
      });
      try (Conn conn = Net.dial("tcp4", "127.0.0.1:" + listener.localAddress().getPort())) {
        byte[] answer = new byte[1];
        conn.read(answer);
        System.out.println("answer=" + answer[0]);
      }
    }
    System.out.println("poller: " + Weft.info().poller());
    System.out.println("because: " + Weft.info().pollers().get("io_uring"));
  }

  /** A seccomp filter: io_uring_setup fails with EPERM, all else is allowed. */
  private static void forbid() throws Throwable {
    Linker linker = Linker.nativeLinker();
    var prctl =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("prctl"),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.firstVariadicArg(1));
    var syscall =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("syscall"),
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS),
            Linker.Option.firstVariadicArg(1));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment filter = arena.allocate(4 * 8, 8);
      instruction(filter, 0, 0x20, 0, 0, 0); // load the number of the call
      instruction(filter, 1, 0x15, 0, 1, IO_URING_SETUP); // another one: skip an instruction
      instruction(filter, 2, 0x06, 0, 0, 0x0005_0001); // fail with EPERM
      instruction(filter, 3, 0x06, 0, 0, 0x7FFF_0000); // allow
      MemorySegment program = arena.allocate(16, 8);
      program.set(JAVA_SHORT, 0, (short) 4);
      program.set(ADDRESS, 8, filter);
      int unprivileged = (int) prctl.invokeExact(SET_NO_NEW_PRIVILEGES, 1L, 0L, 0L, 0L);
      long seccomp = System.getProperty("os.arch").equals("amd64") ? 317 : 277;
      long filtered = (long) syscall.invokeExact(seccomp, 1L, FILTER_FOR_ALL_THREADS, program);
      System.out.println("filter=" + (unprivileged + filtered));
    }
  }

  private static void instruction(
      MemorySegment filter, int index, int code, int whenTrue, int whenFalse, int operand) {
    long at = 8L * index;
    filter.set(JAVA_SHORT, at, (short) code);
    filter.set(JAVA_BYTE, at + 2, (byte) whenTrue);
    filter.set(JAVA_BYTE, at + 3, (byte) whenFalse);
    filter.set(JAVA_INT, at + 4, operand);
  }
}
