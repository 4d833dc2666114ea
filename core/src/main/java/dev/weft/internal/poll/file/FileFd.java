package dev.weft.internal.poll.file;

import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.SystemCallException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * An open file: its calls and its position. Safe for use by any number of threads: positional calls
 * run concurrently; those that move the position are serialized.
 */
public final class FileFd {
  private static final String READ = "read";
  private static final String WRITE = "write";

  /** Stands for every thread other than the caller. */
  private static final Thread ANOTHER = Thread.ofPlatform().unstarted(() -> {});

  private final SharedFile shared;
  private final OpenFile file;
  private final KernelCopy kernelCopy;

  /** Made once: a copy that appends asks after each part. */
  private final SharedFile.Call size;

  private FileFd(OpenFile file, String path, Set<OpenOption> options) {
    this.file = file;
    shared = new SharedFile(file, path, options);
    kernelCopy = new KernelCopy(shared);
    size = file::size;
  }

  /** Opens a file. Throws the backend's exceptions with Weft's messages. */
  public static FileFd open(
      FileBackend backend, Path path, Set<OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    try {
      return new FileFd(backend.open(path, options, attributes), path.toString(), options);
    } catch (IOException e) {
      throw FileExceptions.of("open", path.toString(), e);
    }
  }

  /**
   * Opens a file beneath a folder for reading; as {@link FileBackend#openBeneath}. A part of the
   * path that is a link, or that is no folder, is as if it were not there.
   */
  public static FileFd openBeneath(FileBackend backend, Path root, Path file) throws IOException {
    String path = root.resolve(file).toString();
    try {
      return new FileFd(backend.openBeneath(root, file), path, Set.of());
    } catch (SystemCallException e) {
      boolean none = e.errno() == Errno.ELOOP || e.errno() == Errno.ENOTDIR;
      throw FileExceptions.of("open", path, none ? Errno.ENOENT : e.errno());
    } catch (IOException e) {
      throw FileExceptions.of("open", path, e);
    }
  }

  /** Takes over a file received from another process, unless this throws. */
  public static FileFd adopt(FileBackend backend, int number, String path) throws IOException {
    try {
      Set<OpenOption> options = backend.optionsOf(number);
      return new FileFd(backend.adopt(number), path, options);
    } catch (IOException e) {
      throw FileExceptions.of("open", path, e);
    }
  }

  public boolean isOpen() {
    return shared.isOpen();
  }

  /**
   * Makes later calls fail; calls in progress finish first.
   *
   * @throws IOException if the system reports an error as it releases the file. While calls are in
   *     progress the last of them releases it, and the error is logged
   */
  public void close() throws IOException {
    shared.close();
  }

  // Reading and writing

  /** Reads at the position and advances it; returns -1 at the end of the file. */
  public int read(MemorySegment memory, long offset, int length) throws IOException {
    shared.takeTurn(READ);
    try {
      int n = readAt(READ, memory, offset, length, shared.position);
      shared.position += Math.max(0, n);
      return n;
    } finally {
      shared.endTurn();
    }
  }

  /** Reads at {@code from}, regardless of the position; returns -1 at the end of the file. */
  public int pread(MemorySegment memory, long offset, int length, long from) throws IOException {
    requirePosition(from);
    shared.reference("pread");
    try {
      return readAt("pread", memory, offset, length, from);
    } finally {
      shared.dereference();
    }
  }

  private int readAt(String operation, MemorySegment memory, long offset, int length, long from)
      throws IOException {
    shared.requireReadable(operation);
    int n;
    try {
      n = file.read(memory, offset, length, from);
    } catch (IOException e) {
      throw shared.failure(operation, e);
    }
    return shared.requireDone(operation, n) == 0 && length > 0 ? -1 : n;
  }

  /**
   * Writes all bytes at the position and advances it; a file opened for appending is written at its
   * end.
   */
  public void write(MemorySegment memory, long offset, long length) throws IOException {
    shared.takeTurn(WRITE);
    try {
      writeAt(WRITE, memory, offset, length, shared.position);
      advance(length);
    } finally {
      shared.endTurn();
    }
  }

  /**
   * Writes at least one byte at the position and advances it; a file opened for appending is
   * written at its end.
   *
   * @return how many bytes
   */
  public int writeSome(MemorySegment memory, long offset, int length) throws IOException {
    shared.takeTurn(WRITE);
    try {
      shared.requireWritable(WRITE);
      int n = writePart(WRITE, memory, offset, length, shared.position);
      advance(n);
      return n;
    } finally {
      shared.endTurn();
    }
  }

  private void advance(long written) throws IOException {
    shared.position = shared.appending ? shared.run(WRITE, size) : shared.position + written;
  }

  /** Writes all bytes at {@code to}, regardless of the position. */
  public void pwrite(MemorySegment memory, long offset, long length, long to) throws IOException {
    requirePosition(to);
    shared.reference("pwrite");
    try {
      shared.requirePositions("pwrite");
      writeAt("pwrite", memory, offset, length, to);
    } finally {
      shared.dereference();
    }
  }

  private void writeAt(String operation, MemorySegment memory, long offset, long length, long to)
      throws IOException {
    shared.requireWritable(operation);
    for (long at = 0; at < length; ) {
      int part = (int) Math.min(length - at, Integer.MAX_VALUE);
      at += writePart(operation, memory, offset + at, part, to + at);
    }
  }

  private int writePart(String operation, MemorySegment memory, long offset, int length, long to)
      throws IOException {
    int n;
    try {
      n = file.write(memory, offset, length, to);
    } catch (IOException e) {
      throw shared.failure(operation, e);
    }
    return (int) shared.requireDone(operation, n);
  }

  /** Returns the transfers between this file and sockets. */
  public KernelCopy kernelCopy() {
    return kernelCopy;
  }

  // Reading and writing without waiting

  /**
   * Starts a read at {@code from}, without waiting.
   *
   * @param goroutines runs a task in a new goroutine, without waiting
   * @param listener called at the end, unless this throws
   */
  public void beginRead(
      MemorySegment memory, long from, Executor goroutines, Transfer.Listener listener)
      throws IOException {
    begin(new Transfer(shared, false, memory, from, goroutines, listener));
  }

  /**
   * Starts a write of all of {@code memory} at {@code to}, without waiting; as {@link #beginRead}.
   */
  public void beginWrite(
      MemorySegment memory, long to, Executor goroutines, Transfer.Listener listener)
      throws IOException {
    begin(new Transfer(shared, true, memory, to, goroutines, listener));
  }

  private void begin(Transfer transfer) throws IOException {
    requirePosition(transfer.position());
    if (!transfer.memory().isAccessibleBy(ANOTHER)) {
      throw new IllegalArgumentException(
          "memory that only one thread may use; take it from a shared or automatic arena");
    }
    shared.reference(transfer.operation);
    try {
      if (transfer.isWrite()) {
        shared.requirePositions(transfer.operation);
        shared.requireWritable(transfer.operation);
      } else {
        shared.requireReadable(transfer.operation);
      }
      file.begin(transfer);
    } catch (Throwable e) {
      transfer.releaseFile();
      throw e;
    }
  }

  // The position

  /** Returns the position at which the next read or write begins. */
  public long position() throws IOException {
    shared.takeTurn("position");
    try {
      return shared.position;
    } finally {
      shared.endTurn();
    }
  }

  /** Sets the position at which the next read or write begins. */
  public void seek(long to) throws IOException {
    requirePosition(to);
    shared.takeTurn("seek");
    try {
      shared.position = to;
    } finally {
      shared.endTurn();
    }
  }

  private static void requirePosition(long position) {
    if (position < 0) {
      throw new IllegalArgumentException("negative position " + position);
    }
  }

  // The file as a whole

  /** Waits until all written bytes are on the disk. */
  public void sync(String operation, boolean metadata) throws IOException {
    shared.reference(operation);
    try {
      shared.run(operation, () -> file.sync(metadata));
    } finally {
      shared.dereference();
    }
  }

  public long size() throws IOException {
    shared.reference("size");
    try {
      return shared.run("size", size);
    } finally {
      shared.dereference();
    }
  }

  /** Shortens the file, or extends it with zeros. */
  public void truncate(long size) throws IOException {
    if (size < 0) {
      throw new IllegalArgumentException("negative size " + size);
    }
    shared.reference("truncate");
    try {
      shared.requireWritable("truncate");
      shared.run("truncate", () -> file.truncate(size));
    } finally {
      shared.dereference();
    }
  }

  public BasicFileAttributes stat() throws IOException {
    shared.reference("stat");
    try {
      return file.stat();
    } catch (IOException e) {
      throw shared.failure("stat", e);
    } finally {
      shared.dereference();
    }
  }

  /** Compares the file's attributes with earlier ones; as {@link OpenFile#hasChangedSince}. */
  public boolean hasChangedSince(BasicFileAttributes earlier) throws IOException {
    shared.reference("stat");
    try {
      return file.hasChangedSince(earlier);
    } catch (IOException e) {
      throw shared.failure("stat", e);
    } finally {
      shared.dereference();
    }
  }

  /** Returns a new descriptor of the same file, with close-on-exec; the caller must close it. */
  public int duplicate() throws IOException {
    shared.reference("duplicate");
    try {
      return (int) shared.run("duplicate", file::duplicate);
    } finally {
      shared.dereference();
    }
  }
}
