package dev.weft.internal.sys;

import static dev.weft.internal.sys.Libc.C_INT;
import static dev.weft.internal.sys.Libc.C_LONG;
import static dev.weft.internal.sys.Libc.C_POINTER;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Opens files by paths no part of which may be a symbolic link, with the conventions of {@link
 * Libc}. A path that was checked before and has no links therefore leads to where it led then, even
 * if one of its folders has been replaced by a link meanwhile.
 *
 * <p>One openat2(2) does that, on Linux 5.6 and newer. Older kernels have no such call, and some
 * containers forbid it; there each part of the path is opened by itself.
 */
final class LinkFreeOpen {
  private static final long OPENAT2 = 437;
  private static final int WORKING_FOLDER = -100;
  private static final int CLOSE_ON_EXEC = 0x80000;

  /** Of a descriptor that only names a file: it needs no permission to read the folder. */
  private static final int PATH_ONLY = 0x200000;

  private static final int NO_FOLLOW =
      System.getProperty("os.arch").equals("amd64") ? 0x20000 : 0x8000;
  private static final long RESOLVE_NO_SYMLINKS = 0x4;

  /** The bytes of a {@code struct open_how}: flags, mode, resolve. */
  private static final long HOW = 24;

  private static final MethodHandle SYSCALL_OPENAT2 =
      Libc.syscall(C_INT, C_POINTER, C_POINTER, C_LONG);
  private static final MethodHandle OPENAT =
      Libc.bind(
          "openat",
          C_INT,
          new MemoryLayout[] {C_INT, C_POINTER, C_INT, C_INT},
          Linker.Option.firstVariadicArg(3));

  private LinkFreeOpen() {}

  /**
   * Opens a file that exists, close-on-exec.
   *
   * @param path an absolute path, shorter than {@link Scratch#BYTES}
   * @return the descriptor; or a negated error number, ELOOP or ENOTDIR where a part of the path is
   *     a link
   */
  static int open(byte[] path, int flags) {
    int fd = atOnce(path, flags);
    // What forbids unknown calls in a container answers EPERM.
    return fd == -Errno.ENOSYS || fd == -Errno.EPERM ? inSteps(path, flags) : fd;
  }

  private static int atOnce(byte[] path, int flags) {
    Scratch scratch = Scratch.take();
    try {
      MemorySegment text = text(path, 0, path.length, scratch);
      scratch.structure.set(JAVA_LONG, 0, flags | CLOSE_ON_EXEC);
      scratch.structure.set(JAVA_LONG, 8, 0);
      scratch.structure.set(JAVA_LONG, 16, RESOLVE_NO_SYMLINKS);
      CallState state = CallState.current(CallKind.OTHER);
      long fd =
          (long)
              SYSCALL_OPENAT2.invokeExact(
                  state.errno, OPENAT2, WORKING_FOLDER, text, scratch.structure, HOW);
      return Libc.answer(state, (int) fd);
    } catch (Throwable e) {
      throw Libc.broken(e);
    } finally {
      scratch.give();
    }
  }

  /** Opens one part of the path after the other, each in the folder that the last one is. */
  static int inSteps(byte[] path, int flags) {
    int folder = -1;
    int from = 0;
    int to = 1; // the first part is the slash
    while (true) {
      boolean last = to == path.length;
      int next = openAt(folder, path, from, to, last ? flags : PATH_ONLY);
      if (folder >= 0) {
        DescriptorCalls.close(folder);
      }
      if (next < 0 || last) {
        return next;
      }
      folder = next;
      from = from == 0 ? 1 : to + 1;
      to = from;
      while (to < path.length && path[to] != '/') {
        to++;
      }
    }
  }

  private static int openAt(int folder, byte[] path, int from, int to, int flags) {
    Scratch scratch = Scratch.take();
    try {
      MemorySegment text = text(path, from, to, scratch);
      CallState state = CallState.current(CallKind.OTHER);
      int fd =
          (int) OPENAT.invokeExact(state.errno, folder, text, flags | NO_FOLLOW | CLOSE_ON_EXEC, 0);
      return Libc.answer(state, fd);
    } catch (Throwable e) {
      throw Libc.broken(e);
    } finally {
      scratch.give();
    }
  }

  private static MemorySegment text(byte[] path, int from, int to, Scratch scratch) {
    MemorySegment.copy(path, from, scratch.data, JAVA_BYTE, 0, to - from);
    scratch.data.set(JAVA_BYTE, to - from, (byte) 0);
    return scratch.data;
  }
}
