package dev.weft.internal.poll.file;

import dev.weft.internal.poll.CancelSignal;
import dev.weft.internal.poll.FdLock;
import dev.weft.internal.poll.KernelPipe;
import dev.weft.internal.poll.StreamFd;
import dev.weft.internal.poll.StreamTransport;
import dev.weft.internal.poll.TransferException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.nio.file.FileSystemException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * An open file: its life and its position. Safe for use by any number of threads: positional calls
 * run concurrently; those that move the position are serialized.
 */
public final class FileFd {
  private static final String READ = "read";
  private static final String WRITE = "write";

  /** Stands for every thread other than the caller. */
  private static final Thread ANOTHER = Thread.ofPlatform().unstarted(() -> {});

  /** A call of the backend. */
  private interface Call {
    long call() throws IOException;
  }

  private final OpenFile file;

  /** Made once: a copy that appends asks after each part. */
  private final Call size;

  private final String path;
  private final boolean readable;
  private final boolean writable;
  private final boolean appending;
  private final FdLock lock = new FdLock();

  /** Guarded by the write lock. */
  private long position;

  private FileFd(OpenFile file, String path, Set<OpenOption> options) {
    this.file = file;
    size = file::size;
    this.path = path;
    appending = options.contains(StandardOpenOption.APPEND);
    writable = appending || options.contains(StandardOpenOption.WRITE);
    readable = !writable || options.contains(StandardOpenOption.READ);
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

  /** Takes over a file received from another process, unless this throws. */
  public static FileFd adopt(FileBackend backend, int number, String path) throws IOException {
    try {
      Set<OpenOption> options = backend.optionsOf(number);
      return new FileFd(backend.adopt(number), path, options);
    } catch (IOException e) {
      throw FileExceptions.of("open", path, e);
    }
  }

  // Reading and writing

  /** Reads at the position and advances it; returns -1 at the end of the file. */
  public int read(MemorySegment memory, long offset, int length) throws IOException {
    takeTurn(READ);
    try {
      int n = readUnlocked(READ, memory, offset, length, position);
      position += Math.max(0, n);
      return n;
    } finally {
      endTurn();
    }
  }

  /** Reads at {@code from}, regardless of the position; returns -1 at the end of the file. */
  public int pread(MemorySegment memory, long offset, int length, long from) throws IOException {
    requirePosition(from);
    reference("pread");
    try {
      return readUnlocked("pread", memory, offset, length, from);
    } finally {
      dereference();
    }
  }

  private int readUnlocked(
      String operation, MemorySegment memory, long offset, int length, long from)
      throws IOException {
    requireReadable(operation);
    int n;
    try {
      n = file.read(memory, offset, length, from);
    } catch (IOException e) {
      throw FileExceptions.of(operation, path, e);
    }
    return requireDone(operation, n) == 0 && length > 0 ? -1 : n;
  }

  /**
   * Writes all bytes at the position and advances it; a file opened for appending is written at its
   * end.
   */
  public void write(MemorySegment memory, long offset, long length) throws IOException {
    takeTurn(WRITE);
    try {
      writeUnlocked(WRITE, memory, offset, length, position);
      position = appending ? run(WRITE, size) : position + length;
    } finally {
      endTurn();
    }
  }

  /** Writes all bytes at {@code to}, regardless of the position. */
  public void pwrite(MemorySegment memory, long offset, long length, long to) throws IOException {
    requirePosition(to);
    reference("pwrite");
    try {
      requirePositions("pwrite");
      writeUnlocked("pwrite", memory, offset, length, to);
    } finally {
      dereference();
    }
  }

  private void writeUnlocked(
      String operation, MemorySegment memory, long offset, long length, long to)
      throws IOException {
    requireWritable(operation);
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
      throw FileExceptions.of(operation, path, e);
    }
    return (int) requireDone(operation, n);
  }

  /**
   * Writes at least one byte at the position and advances it; a file opened for appending is
   * written at its end.
   *
   * @return how many bytes
   */
  public int writeSome(MemorySegment memory, long offset, int length) throws IOException {
    takeTurn(WRITE);
    try {
      requireWritable(WRITE);
      int n = writePart(WRITE, memory, offset, length, position);
      position = appending ? run(WRITE, size) : position + n;
      return n;
    } finally {
      endTurn();
    }
  }

  // Transfers inside the kernel

  /** Reports whether the kernel can move bytes between this file and a socket. */
  public boolean splices() throws IOException {
    reference("stat");
    try {
      return !appending && file.splices();
    } finally {
      dereference();
    }
  }

  /**
   * Sends bytes from the position on to a stream, waiting while its send buffer is full, and
   * advances the position. Other calls that use the position wait meanwhile.
   *
   * @return the number of bytes, at least 1; 0 at the end of the file; or {@link
   *     StreamTransport#USE_BUFFER}
   * @throws TransferException with the side that failed; no byte was moved then
   */
  public int sendTo(StreamFd stream, int max, @Nullable CancelSignal cancelSignal)
      throws TransferException {
    try {
      takeTurn(READ);
    } catch (IOException e) {
      throw new TransferException(0, true, e);
    }
    try {
      if (!readable) {
        return StreamTransport.USE_BUFFER; // The read that follows reports it.
      }
      int n = stream.transfer(file, position, max, cancelSignal);
      position += Math.max(0, n);
      return n;
    } catch (IOException e) {
      throw new TransferException(0, false, e);
    } finally {
      endTurn();
    }
  }

  /**
   * Sends bytes from {@code from} on, regardless of the position; otherwise as {@link #sendTo}, for
   * any number of threads at once.
   */
  public int sendTo(StreamFd stream, long from, int max, @Nullable CancelSignal cancelSignal)
      throws TransferException {
    try {
      reference(READ);
    } catch (IOException e) {
      throw new TransferException(0, true, e);
    }
    try {
      return readable
          ? stream.transfer(file, from, max, cancelSignal)
          : StreamTransport.USE_BUFFER; // The read that follows reports it.
    } catch (IOException e) {
      throw new TransferException(0, false, e);
    } finally {
      dereference();
    }
  }

  /** Moves all bytes from the pipe to the position, and advances it. */
  public void drain(KernelPipe pipe) throws IOException {
    takeTurn(WRITE);
    try {
      requireWritable(WRITE);
      while (pipe.pending() > 0) {
        position += requireDone(WRITE, file.drain(pipe, position));
      }
    } finally {
      endTurn();
    }
  }

  // Transfers

  /**
   * Starts a read at {@code from}, without waiting.
   *
   * @param goroutines runs a task in a new goroutine, without waiting
   * @param listener called at the end, unless this throws
   */
  public void beginRead(
      MemorySegment memory, long from, Executor goroutines, Transfer.Listener listener)
      throws IOException {
    begin(new Transfer(this, false, memory, from, goroutines, listener));
  }

  /**
   * Starts a write of all of {@code memory} at {@code to}, without waiting; as {@link #beginRead}.
   */
  public void beginWrite(
      MemorySegment memory, long to, Executor goroutines, Transfer.Listener listener)
      throws IOException {
    begin(new Transfer(this, true, memory, to, goroutines, listener));
  }

  private void begin(Transfer transfer) throws IOException {
    requirePosition(transfer.position());
    if (!transfer.memory().isAccessibleBy(ANOTHER)) {
      throw new IllegalArgumentException(
          "memory that only one thread may use; take it from a shared or automatic arena");
    }
    reference(transfer.operation);
    try {
      if (transfer.isWrite()) {
        requirePositions(transfer.operation);
        requireWritable(transfer.operation);
      } else {
        requireReadable(transfer.operation);
      }
      file.begin(transfer);
    } catch (Throwable e) {
      transfer.releaseFile();
      throw e;
    }
  }

  /** Performs the rest of a transfer, in a goroutine that waits. */
  void carryOut(Transfer transfer) {
    int result;
    try {
      result = moveAll(transfer);
    } catch (IOException e) {
      transfer.end(FileExceptions.of(transfer.operation, path, e));
      return;
    } catch (Throwable e) { // Only the listener can report it.
      transfer.endBecauseOf(e);
      return;
    }
    transfer.end(result);
  }

  private int moveAll(Transfer transfer) throws IOException {
    while (transfer.isUnfinished()) {
      MemorySegment memory = transfer.memory();
      int n =
          transfer.isWrite()
              ? file.write(memory, transfer.done(), transfer.left(), transfer.position())
              : file.read(memory, transfer.done(), transfer.left(), transfer.position());
      if (n <= 0) {
        return n;
      }
      transfer.advance(n);
    }
    return 0;
  }

  FileSystemException failure(Transfer transfer, int errno) {
    return FileExceptions.of(transfer.operation, path, errno);
  }

  FileSystemException failure(Transfer transfer, String reason) {
    return FileExceptions.of(transfer.operation, path, reason);
  }

  /**
   * Drops a transfer's reference. The thread that ends a transfer must not wait, and closing may,
   * so a goroutine closes the file.
   */
  void dereference(Executor goroutines) {
    if (lock.dereference()) {
      goroutines.execute(this::releaseUnheard);
    }
  }

  private void requireReadable(String operation) throws IOException {
    if (!readable) {
      throw FileExceptions.of(operation, path, "not opened for reading");
    }
  }

  private void requireWritable(String operation) throws IOException {
    if (!writable) {
      throw FileExceptions.of(operation, path, "not opened for writing");
    }
  }

  private void requirePositions(String operation) throws IOException {
    if (appending) {
      throw FileExceptions.of(operation, path, "opened to append, which knows no position");
    }
  }

  private static void requirePosition(long position) {
    if (position < 0) {
      throw new IllegalArgumentException("negative position " + position);
    }
  }

  /** Returns the position at which the next read or write begins. */
  public long position() throws IOException {
    takeTurn("position");
    try {
      return position;
    } finally {
      endTurn();
    }
  }

  /** Sets the position at which the next read or write begins. */
  public void seek(long to) throws IOException {
    requirePosition(to);
    takeTurn("seek");
    try {
      position = to;
    } finally {
      endTurn();
    }
  }

  // The rest

  /** Waits until all written bytes are on the disk. */
  public void sync(String operation, boolean metadata) throws IOException {
    reference(operation);
    try {
      run(operation, () -> file.sync(metadata));
    } finally {
      dereference();
    }
  }

  public long size() throws IOException {
    reference("size");
    try {
      return run("size", size);
    } finally {
      dereference();
    }
  }

  /** Shortens the file, or extends it with zeros. */
  public void truncate(long size) throws IOException {
    if (size < 0) {
      throw new IllegalArgumentException("negative size " + size);
    }
    reference("truncate");
    try {
      requireWritable("truncate");
      run("truncate", () -> file.truncate(size));
    } finally {
      dereference();
    }
  }

  public BasicFileAttributes stat() throws IOException {
    reference("stat");
    try {
      return file.stat();
    } catch (IOException e) {
      throw FileExceptions.of("stat", path, e);
    } finally {
      dereference();
    }
  }

  /** Compares the file's attributes with earlier ones; as {@link OpenFile#hasChangedSince}. */
  public boolean hasChangedSince(BasicFileAttributes earlier) throws IOException {
    reference("stat");
    try {
      return file.hasChangedSince(earlier);
    } catch (IOException e) {
      throw FileExceptions.of("stat", path, e);
    } finally {
      dereference();
    }
  }

  /** Returns a new descriptor of the same file, with close-on-exec; the caller must close it. */
  public int duplicate() throws IOException {
    reference("duplicate");
    try {
      return (int) run("duplicate", file::duplicate);
    } finally {
      dereference();
    }
  }

  private long run(String operation, Call call) throws IOException {
    long result;
    try {
      result = call.call();
    } catch (IOException e) {
      throw FileExceptions.of(operation, path, e);
    }
    return requireDone(operation, result);
  }

  private long requireDone(String operation, long result) throws IOException {
    if (result < 0) {
      throw FileExceptions.of(operation, path, (int) -result);
    }
    return result;
  }

  // Life

  public boolean isOpen() {
    return !lock.isClosed();
  }

  /**
   * Makes later calls fail; calls in progress finish first.
   *
   * @throws IOException if the system reports an error as it releases the file. While calls are in
   *     progress the last of them releases it, and the error is logged
   */
  public void close() throws IOException {
    if (lock.close() && lock.dereference()) {
      release();
    }
  }

  /** Not through {@link #run}, whose argument would take memory: the file must not stay open. */
  private void release() throws IOException {
    int result;
    try {
      result = file.close();
    } catch (IOException e) {
      throw FileExceptions.of("close", path, e);
    }
    requireDone("close", result);
  }

  /** Releases the file after a call that has succeeded: the call does not fail if this does. */
  private void releaseUnheard() {
    try {
      release();
    } catch (IOException e) {
      System.getLogger("dev.weft.io").log(Level.WARNING, e.getMessage(), e);
    }
  }

  private void reference(String operation) throws IOException {
    if (!lock.reference()) {
      throw FileExceptions.closed(operation, path);
    }
  }

  private void dereference() {
    if (lock.dereference()) {
      releaseUnheard();
    }
  }

  private void takeTurn(String operation) throws IOException {
    int outcome = lock.lockWrite();
    if (outcome == FdLock.INTERRUPTED) {
      throw new InterruptedIOException(operation + " " + path + ": interrupted");
    }
    if (outcome == FdLock.CLOSED) {
      throw FileExceptions.closed(operation, path);
    }
  }

  private void endTurn() {
    if (lock.unlockWrite()) {
      releaseUnheard();
    }
  }
}
