package dev.weft.internal.sys;

import static dev.weft.internal.sys.Libc.C_INT;
import static dev.weft.internal.sys.Libc.C_LONG;
import static dev.weft.internal.sys.Libc.C_POINTER;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.Charset;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * The C library's calls for files, with {@link Libc}'s conventions.
 *
 * <p>The <em>cached</em> ones are quick: they move what the page cache can give or take at once,
 * and return EAGAIN where they would have to wait. All others are slow.
 */
public final class FileCalls {
  public static final int READ_ONLY = 0;
  public static final int WRITE_ONLY = 1;
  public static final int READ_WRITE = 2;
  public static final int CREATE = 0x40;
  public static final int EXCLUSIVE = 0x80;
  public static final int TRUNCATE = 0x200;
  public static final int APPEND = 0x400;
  public static final int DATA_SYNC = 0x1000;
  public static final int SYNC = 0x101000;

  /** Not one of the kernel's: opens by an absolute path, no part of which may be a link. */
  public static final int NO_LINKS = 1 << 31;

  private static final int CLOSE_ON_EXEC = 0x80000;
  private static final int NO_WAIT = 0x8;
  private static final int EMPTY_PATH = 0x1000;
  private static final int DONT_SYNC = 0x4000;
  private static final int BASIC_STATS_AND_BIRTH = 0xFFF;
  private static final int LONGEST_PATH = 4096;
  private static final char NO_TEXT = '\uFFFD';

  /** The encoding of file names, as in the JDK. */
  private static final Charset NAMES =
      Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

  private static final MethodHandle OPEN =
      Libc.bind(
          "open",
          C_INT,
          new MemoryLayout[] {C_POINTER, C_INT, C_INT},
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle PREAD =
      Libc.slow("pread", C_LONG, C_INT, C_POINTER, C_LONG, C_LONG);
  private static final MethodHandle PWRITE =
      Libc.slow("pwrite", C_LONG, C_INT, C_POINTER, C_LONG, C_LONG);
  private static final MethodHandle FSYNC = Libc.slow("fsync", C_INT, C_INT);
  private static final MethodHandle FDATASYNC = Libc.slow("fdatasync", C_INT, C_INT);
  private static final MethodHandle FTRUNCATE = Libc.slow("ftruncate", C_INT, C_INT, C_LONG);
  private static final MethodHandle STATX =
      Libc.slow("statx", C_INT, C_INT, C_POINTER, C_INT, C_INT, C_POINTER);
  private static final MethodHandle CLOSE = Libc.slow("close", C_INT, C_INT);
  private static final @Nullable MethodHandle PREADV2 = vectored("preadv2");
  private static final @Nullable MethodHandle PWRITEV2 = vectored("pwritev2");

  /** Linux 5.9 and 5.10 may return 0 from a read that would have to wait; see preadv2(2). */
  private static final boolean MAY_END_EARLY = endsEarly(System.getProperty("os.version", ""));

  private FileCalls() {}

  static boolean endsEarly(String kernel) {
    return kernel.matches("5\\.(9|10)(\\D.*)?");
  }

  /**
   * Replaces the end of the file by EAGAIN where it may be a wrong report, so that the blocking
   * call decides.
   */
  static int believed(int result, boolean mayEndEarly) {
    return result == 0 && mayEndEarly ? -Errno.EAGAIN : result;
  }

  /** {@code null} where the C library has none. */
  private static @Nullable MethodHandle vectored(String name) {
    return Libc.has(name) ? Libc.quick(name, C_LONG, C_INT, C_POINTER, C_INT, C_LONG, C_INT) : null;
  }

  /**
   * Reports whether {@code path} encodes to exactly the name of the file. Bytes that are invalid in
   * the system's encoding have become U+FFFD and would be encoded differently; in some older
   * encodings one text has several encodings.
   */
  public static boolean isExact(String path) {
    boolean ascii = true;
    for (int i = 0; i < path.length() && ascii; i++) {
      ascii = path.charAt(i) < 0x80;
    }
    return ascii || (NAMES.equals(UTF_8) && path.indexOf(NO_TEXT) < 0);
  }

  /**
   * Opens a file, close-on-exec.
   *
   * @param flags of these, {@link #NO_LINKS} only with {@link #READ_ONLY}
   * @param mode the permissions of a file that is created, less the umask
   */
  public static int open(String path, int flags, int mode) {
    byte[] name = path.getBytes(NAMES);
    if (name.length >= LONGEST_PATH) {
      return -Errno.ENAMETOOLONG;
    }
    if ((flags & NO_LINKS) != 0) {
      return LinkFreeOpen.open(name, flags & ~NO_LINKS);
    }
    Scratch scratch = Scratch.take();
    try {
      MemorySegment text = scratch.data;
      MemorySegment.copy(name, 0, text, JAVA_BYTE, 0, name.length);
      text.set(JAVA_BYTE, name.length, (byte) 0);
      CallState state = CallState.current(CallKind.OTHER);
      int fd = (int) OPEN.invokeExact(state.errno, text, flags | CLOSE_ON_EXEC, mode);
      return Libc.answer(state, fd);
    } catch (Throwable e) {
      throw Libc.broken(e);
    } finally {
      scratch.give();
    }
  }

  /**
   * Reads what the page cache has, at most {@link Libc#MAX_TRANSFER}; 0 at the file's end, unless
   * the kernel may report that wrongly.
   */
  public static int readCached(
      int fd, MemorySegment memory, long offset, int length, long position) {
    if (PREADV2 == null) {
      return -Errno.EOPNOTSUPP;
    }
    int most = Math.min(length, Libc.MAX_TRANSFER);
    MemorySegment part = memory.asSlice(offset, most);
    Scratch scratch = Scratch.take();
    try {
      MemorySegment vector = vector(scratch, most);
      CallState state = CallState.current(CallKind.READ);
      long n = (long) PREADV2.invokeExact(state.errno, fd, vector, 1, position, NO_WAIT);
      int result = Libc.answer(state, (int) n);
      if (n > 0) {
        MemorySegment.copy(scratch.data, 0, part, 0, n);
      }
      return believed(result, MAY_END_EARLY);
    } catch (Throwable e) {
      throw Libc.broken(e);
    } finally {
      scratch.give();
    }
  }

  /**
   * Reads one byte that the page cache has, and drops it: returns 1, 0 behind the file's end, or a
   * negated error number.
   */
  public static int probeCached(int fd, long position) {
    if (PREADV2 == null) {
      return -Errno.EOPNOTSUPP;
    }
    Scratch scratch = Scratch.take();
    try {
      MemorySegment vector = vector(scratch, 1);
      CallState state = CallState.current(CallKind.READ);
      long n = (long) PREADV2.invokeExact(state.errno, fd, vector, 1, position, NO_WAIT);
      return believed(Libc.answer(state, (int) n), MAY_END_EARLY);
    } catch (Throwable e) {
      throw Libc.broken(e);
    } finally {
      scratch.give();
    }
  }

  /** Writes what the page cache takes without waiting, at most {@link Libc#MAX_TRANSFER}. */
  public static int writeCached(
      int fd, MemorySegment memory, long offset, int length, long position) {
    if (PWRITEV2 == null) {
      return -Errno.EOPNOTSUPP;
    }
    int most = Math.min(length, Libc.MAX_TRANSFER);
    Scratch scratch = Scratch.take();
    try {
      MemorySegment.copy(memory, offset, scratch.data, 0, most);
      MemorySegment vector = vector(scratch, most);
      CallState state = CallState.current(CallKind.WRITE);
      long n = (long) PWRITEV2.invokeExact(state.errno, fd, vector, 1, position, NO_WAIT);
      return Libc.answer(state, (int) n);
    } catch (Throwable e) {
      throw Libc.broken(e);
    } finally {
      scratch.give();
    }
  }

  /**
   * A {@code struct iovec} of the scratch memory. It never points to the caller's memory: the
   * linker does not see an address inside a structure, so nothing would keep that memory from being
   * freed during the call.
   */
  private static MemorySegment vector(Scratch scratch, int length) {
    scratch.structure.set(ADDRESS, 0, scratch.data);
    scratch.structure.set(JAVA_LONG, 8, length);
    return scratch.structure;
  }

  /** Reads up to {@code length} bytes; for heap memory at most {@link Scratch#BYTES}. */
  public static int read(int fd, MemorySegment memory, long offset, int length, long position) {
    if (memory.isNative()) {
      return read(fd, memory.asSlice(offset, length), length, position);
    }
    Scratch scratch = Scratch.take();
    try {
      int most = Math.min(length, Scratch.BYTES);
      int n = read(fd, scratch.data, most, position);
      if (n > 0) {
        MemorySegment.copy(scratch.data, 0, memory, offset, n);
      }
      return n;
    } finally {
      scratch.give();
    }
  }

  private static int read(int fd, MemorySegment target, int length, long position) {
    CallState state = CallState.current(CallKind.READ);
    try {
      long n = (long) PREAD.invokeExact(state.errno, fd, target, (long) length, position);
      return Libc.answer(state, (int) n);
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  /** Writes up to {@code length} bytes; from heap memory at most {@link Scratch#BYTES}. */
  public static int write(int fd, MemorySegment memory, long offset, int length, long position) {
    if (memory.isNative()) {
      return write(fd, memory.asSlice(offset, length), length, position);
    }
    Scratch scratch = Scratch.take();
    try {
      int most = Math.min(length, Scratch.BYTES);
      MemorySegment.copy(memory, offset, scratch.data, 0, most);
      return write(fd, scratch.data, most, position);
    } finally {
      scratch.give();
    }
  }

  private static int write(int fd, MemorySegment source, int length, long position) {
    CallState state = CallState.current(CallKind.WRITE);
    try {
      long n = (long) PWRITE.invokeExact(state.errno, fd, source, (long) length, position);
      return Libc.answer(state, (int) n);
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  /** Returns when what was written is on the disk. */
  public static int sync(int fd, boolean metadata) {
    CallState state = CallState.current(CallKind.OTHER);
    try {
      int result =
          metadata
              ? (int) FSYNC.invokeExact(state.errno, fd)
              : (int) FDATASYNC.invokeExact(state.errno, fd);
      return Libc.answer(state, result);
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  /** Sets the file's length. */
  public static int truncate(int fd, long size) {
    CallState state = CallState.current(CallKind.OTHER);
    try {
      return Libc.answer(state, (int) FTRUNCATE.invokeExact(state.errno, fd, size));
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  /**
   * Releases the descriptor of a file, also when the result is an error: Linux never keeps it open.
   * Without heap memory it is closed too, before this throws.
   */
  public static int close(int fd) {
    boolean closed = false;
    try {
      CallState state = CallState.current(CallKind.OTHER);
      int result = (int) CLOSE.invokeExact(state.errno, fd);
      closed = true;
      return Libc.answer(state, result);
    } catch (Throwable e) {
      throw Libc.broken(e);
    } finally {
      if (!closed) {
        DescriptorCalls.closeNow(fd);
      }
    }
  }

  /** The kernel's attributes of an open file. */
  public static BasicFileAttributes status(int fd) throws SystemCallException {
    Scratch scratch = Scratch.take();
    try {
      SystemCallException.check("statx", statx(fd, EMPTY_PATH, scratch));
      return FileStatus.read(scratch.data);
    } finally {
      scratch.give();
    }
  }

  /**
   * Reports whether the file's content, name, links or attributes have changed. Quick: on a file
   * system of another machine this is what the kernel knows without asking that.
   *
   * @param earlier the result of {@link #status}
   */
  public static boolean hasChangedSince(int fd, BasicFileAttributes earlier)
      throws SystemCallException {
    if (!(earlier instanceof FileStatus status)) {
      throw new IllegalArgumentException("attributes of another kind of file: " + earlier);
    }
    Scratch scratch = Scratch.take();
    try {
      SystemCallException.check("statx", statx(fd, EMPTY_PATH | DONT_SYNC, scratch));
      return !status.isSame(scratch.data);
    } finally {
      scratch.give();
    }
  }

  /** The size of an open file, or a negated error number. */
  public static long size(int fd) {
    Scratch scratch = Scratch.take();
    try {
      int result = statx(fd, EMPTY_PATH, scratch);
      return result < 0 ? result : FileStatus.size(scratch.data);
    } finally {
      scratch.give();
    }
  }

  private static int statx(int fd, int flags, Scratch scratch) {
    MemorySegment nothing = scratch.structure;
    nothing.set(JAVA_BYTE, 0, (byte) 0);
    CallState state = CallState.current(CallKind.OTHER);
    try {
      int result =
          (int)
              STATX.invokeExact(
                  state.errno, fd, nothing, flags, BASIC_STATS_AND_BIRTH, scratch.data);
      return Libc.answer(state, result);
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }
}
