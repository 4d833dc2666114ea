package dev.weft.internal.sys;

import static dev.weft.internal.sys.Libc.C_INT;
import static dev.weft.internal.sys.Libc.C_LONG;
import static dev.weft.internal.sys.Libc.C_POINTER;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

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
 * <p>Those called <em>cached</em> are quick: they move what the page cache can give or take at
 * once, and answer EAGAIN where they would have to wait. All others are slow.
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
  private static final int CLOSE_ON_EXEC = 0x80000;
  private static final int ALL_READ_AND_WRITE = 0666; // less the umask
  private static final int NO_WAIT = 0x8;
  private static final int EMPTY_PATH = 0x1000;
  private static final int BASIC_STATS_AND_BIRTH = 0xFFF;
  private static final int LONGEST_PATH = 4096;

  /** As the JDK has the names of files from the system. */
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
  private static final @Nullable MethodHandle PREADV2 = vectored("preadv2");
  private static final @Nullable MethodHandle PWRITEV2 = vectored("pwritev2");

  private FileCalls() {}

  /** {@code null} where the C library has none. */
  private static @Nullable MethodHandle vectored(String name) {
    return Linker.nativeLinker().defaultLookup().find(name).isPresent()
        ? Libc.quick(name, C_LONG, C_INT, C_POINTER, C_INT, C_LONG, C_INT)
        : null;
  }

  /** Opens a file, close-on-exec; one that is created may be read and written by all. */
  public static int open(String path, int flags) {
    CallState state = CallState.current();
    byte[] name = path.getBytes(NAMES);
    if (name.length >= LONGEST_PATH) {
      return -Errno.ENAMETOOLONG;
    }
    MemorySegment text = state.gather();
    MemorySegment.copy(name, 0, text, JAVA_BYTE, 0, name.length);
    text.set(JAVA_BYTE, name.length, (byte) 0);
    try {
      int fd = (int) OPEN.invokeExact(state.errno, text, flags | CLOSE_ON_EXEC, ALL_READ_AND_WRITE);
      return Libc.answer(state, fd);
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  /** Reads what is in memory already, at most {@link Libc#MAX_TRANSFER}; 0 at the file's end. */
  public static int readCached(
      int fd, MemorySegment memory, long offset, int length, long position) {
    if (PREADV2 == null) {
      return -Errno.EOPNOTSUPP;
    }
    CallState state = CallState.current();
    int most = Math.min(length, Libc.MAX_TRANSFER);
    MemorySegment part = memory.asSlice(offset, most);
    boolean direct = isReachable(memory);
    MemorySegment target = direct ? part : state.gather();
    vector(state, target, most);
    try {
      long n = (long) PREADV2.invokeExact(state.errno, fd, state.option, 1, position, NO_WAIT);
      if (n > 0 && !direct) {
        MemorySegment.copy(target, 0, part, 0, n);
      }
      return Libc.answer(state, (int) n);
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  /** Writes what memory takes without waiting, at most {@link Libc#MAX_TRANSFER}. */
  public static int writeCached(
      int fd, MemorySegment memory, long offset, int length, long position) {
    if (PWRITEV2 == null) {
      return -Errno.EOPNOTSUPP;
    }
    CallState state = CallState.current();
    int most = Math.min(length, Libc.MAX_TRANSFER);
    MemorySegment part = memory.asSlice(offset, most);
    MemorySegment source = part;
    if (!isReachable(memory)) {
      source = state.gather();
      MemorySegment.copy(part, 0, source, 0, most);
    }
    vector(state, source, most);
    try {
      long n = (long) PWRITEV2.invokeExact(state.errno, fd, state.option, 1, position, NO_WAIT);
      return Libc.answer(state, (int) n);
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  /**
   * Whether the kernel may be given the address. The linker does not see an address inside a
   * struct, so it cannot check; but nobody can free the memory during a quick call, which no
   * handshake interrupts.
   */
  private static boolean isReachable(MemorySegment memory) {
    return memory.isNative()
        && memory.scope().isAlive()
        && memory.isAccessibleBy(Thread.currentThread());
  }

  /** Writes a {@code struct iovec}. */
  private static void vector(CallState state, MemorySegment memory, int length) {
    state.option.set(ADDRESS, 0, memory);
    state.option.set(JAVA_LONG, 8, length);
  }

  /** Reads up to {@code length} bytes; for heap memory at most {@link CallState#GATHER_BYTES}. */
  public static int read(int fd, MemorySegment memory, long offset, int length, long position) {
    CallState state = CallState.current();
    int most = memory.isNative() ? length : Math.min(length, CallState.GATHER_BYTES);
    MemorySegment part = memory.asSlice(offset, most);
    boolean direct = memory.isNative();
    MemorySegment target = direct ? part : state.gather();
    try {
      long n = (long) PREAD.invokeExact(state.errno, fd, target, (long) most, position);
      if (n > 0 && !direct) {
        MemorySegment.copy(target, 0, part, 0, n);
      }
      return Libc.answer(state, (int) n);
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  /** Writes up to {@code length} bytes; from heap memory at most {@link CallState#GATHER_BYTES}. */
  public static int write(int fd, MemorySegment memory, long offset, int length, long position) {
    CallState state = CallState.current();
    int most = memory.isNative() ? length : Math.min(length, CallState.GATHER_BYTES);
    MemorySegment part = memory.asSlice(offset, most);
    MemorySegment source = part;
    if (!memory.isNative()) {
      source = state.gather();
      MemorySegment.copy(part, 0, source, 0, most);
    }
    try {
      long n = (long) PWRITE.invokeExact(state.errno, fd, source, (long) most, position);
      return Libc.answer(state, (int) n);
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  /** Returns when what was written is on the disk. */
  public static int sync(int fd, boolean metadata) {
    CallState state = CallState.current();
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
    CallState state = CallState.current();
    try {
      return Libc.answer(state, (int) FTRUNCATE.invokeExact(state.errno, fd, size));
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
  }

  /** What the kernel knows of an open file. */
  public static BasicFileAttributes status(int fd) throws SystemCallException {
    CallState state = CallState.current();
    MemorySegment scratch = state.gather();
    MemorySegment nothing = state.option;
    nothing.set(JAVA_BYTE, 0, (byte) 0);
    int result;
    try {
      result =
          (int)
              STATX.invokeExact(
                  state.errno, fd, nothing, EMPTY_PATH, BASIC_STATS_AND_BIRTH, scratch);
    } catch (Throwable e) {
      throw Libc.broken(e);
    }
    SystemCallException.check("statx", Libc.answer(state, result));
    return FileStatus.read(scratch);
  }
}
