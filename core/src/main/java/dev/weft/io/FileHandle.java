package dev.weft.io;

import dev.weft.chan.SendChan;
import dev.weft.internal.poll.file.FileFd;
import dev.weft.internal.runtime.WeftRuntime;
import dev.weft.net.Descriptor;
import dev.weft.net.Passable;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * An open file. While a call waits for the disk, other goroutines run.
 *
 * <p>For files that have positions: regular ones, and devices like them; not for pipes and
 * terminals.
 *
 * <p>Safe for use by any number of threads. {@link #pread} and {@link #pwrite} name the position
 * and run side by side; {@link #read}, {@link #write} and {@link #seek} use and move the one
 * position that the file has, and take turns.
 *
 * <p><b>Interrupts.</b> A call that has begun is finished, and the thread stays interrupted; the
 * file stays open, unlike a {@code FileChannel}. Only a call that still waits for its turn fails,
 * with {@link java.io.InterruptedIOException}, and has then done nothing.
 *
 * <p><b>Failures</b> are the JDK's exceptions: {@link java.nio.file.NoSuchFileException}, {@link
 * java.nio.file.AccessDeniedException}, {@link java.nio.file.FileAlreadyExistsException}, otherwise
 * {@link java.nio.file.FileSystemException}; {@link java.nio.channels.ClosedChannelException} once
 * the file is closed. Their messages say operation, path and reason: {@code open /etc/nothing: no
 * such file or directory}.
 */
public final class FileHandle implements Passable, Closeable {
  private static final Executor GOROUTINES =
      body -> WeftRuntime.scheduler().newGoroutine(body).start();

  private final Path path;
  final FileFd fd;

  FileHandle(Path path, FileFd fd) {
    this.path = path;
    this.fd = fd;
  }

  /**
   * Opens a file.
   *
   * @param options as {@link java.nio.channels.FileChannel#open} takes them, from {@link
   *     java.nio.file.StandardOpenOption}: none means {@code READ}
   * @throws java.nio.file.NoSuchFileException when it does not exist and is not to be created
   * @throws java.nio.file.FileAlreadyExistsException when it exists and {@code CREATE_NEW} is given
   * @throws java.nio.file.AccessDeniedException when that is not permitted
   * @throws IllegalArgumentException when the options contradict each other
   * @throws UnsupportedOperationException when there is no such option
   */
  public static FileHandle open(Path path, OpenOption... options) throws IOException {
    return open(path, Set.copyOf(Arrays.asList(options)));
  }

  /**
   * Opens a file, and creates it with attributes if it does not exist. The attributes are set as it
   * is created, so a file with private permissions is never readable by others.
   *
   * <pre>{@code
   * var owner = PosixFilePermissions.fromString("rw-------");
   * FileHandle.open(path, Set.of(WRITE, CREATE_NEW), PosixFilePermissions.asFileAttribute(owner));
   * }</pre>
   *
   * @param options as for {@link #open(Path, OpenOption...)}
   * @param attributes as {@link java.nio.channels.FileChannel#open(Path, Set, FileAttribute[])}
   *     takes them; the process's umask is subtracted from permissions. A file that exists keeps
   *     its own
   * @throws java.nio.file.NoSuchFileException when it does not exist and is not to be created
   * @throws java.nio.file.FileAlreadyExistsException when it exists and {@code CREATE_NEW} is given
   * @throws java.nio.file.AccessDeniedException when that is not permitted
   * @throws IllegalArgumentException when the options contradict each other
   * @throws UnsupportedOperationException when there is no such option, or the file system cannot
   *     set such an attribute while it creates a file
   */
  public static FileHandle open(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return new FileHandle(
        path, FileFd.open(WeftRuntime.files(), path, Set.copyOf(options), attributes));
  }

  /**
   * Makes a file of a descriptor that another process has passed, and takes it over; if this fails
   * the descriptor is closed. The file can do what it was opened for by that process. Its position
   * here is 0.
   *
   * @throws java.nio.file.FileSystemException when the descriptor is a socket
   * @throws UnsupportedOperationException without native access or Weft's scheduler
   */
  public static FileHandle of(Descriptor descriptor) throws IOException {
    int number = descriptor.release();
    boolean taken = false;
    try {
      Path path = Files.readSymbolicLink(Path.of("/proc/self/fd/" + number));
      FileFd fd = FileFd.adopt(WeftRuntime.files(), number, path.toString());
      taken = true;
      return new FileHandle(path, fd);
    } finally {
      if (!taken) {
        Descriptor.adopt(number).close();
      }
    }
  }

  /**
   * {@inheritDoc} Of a file the position is not shared.
   *
   * @throws UnsupportedOperationException without native access or Weft's scheduler
   */
  @Override
  public Descriptor duplicate() throws IOException {
    return Descriptor.adopt(fd.duplicate());
  }

  // Reading at the position

  /** Reads into the whole array; as {@link #read(MemorySegment)}. */
  public int read(byte[] buffer) throws IOException {
    return fd.read(MemorySegment.ofArray(buffer), 0, buffer.length);
  }

  /** Reads into a part of the array; as {@link #read(MemorySegment)}. */
  public int read(byte[] buffer, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, buffer.length);
    return fd.read(MemorySegment.ofArray(buffer), offset, length);
  }

  /** Reads into the remaining space and moves its position; as {@link #read(MemorySegment)}. */
  public int read(ByteBuffer buffer) throws IOException {
    return moved(buffer, fd.read(writable(buffer), 0, buffer.remaining()));
  }

  /**
   * Reads from the position, which moves, until the segment is full, the file ends, or
   * 2<sup>31</sup> − 1 bytes were read.
   *
   * @return how many bytes, or -1 at the end of the file; 0 only for an empty segment
   */
  public int read(MemorySegment segment) throws IOException {
    return fd.read(writable(segment), 0, lengthOf(segment));
  }

  // Reading anywhere

  /** Reads into the whole array; as {@link #pread(MemorySegment, long)}. */
  public int pread(byte[] buffer, long from) throws IOException {
    return fd.pread(MemorySegment.ofArray(buffer), 0, buffer.length, from);
  }

  /** Reads into a part of the array; as {@link #pread(MemorySegment, long)}. */
  public int pread(byte[] buffer, int offset, int length, long from) throws IOException {
    Objects.checkFromIndexSize(offset, length, buffer.length);
    return fd.pread(MemorySegment.ofArray(buffer), offset, length, from);
  }

  /**
   * Reads into the remaining space and moves the buffer's position; as {@link #pread(MemorySegment,
   * long)}.
   */
  public int pread(ByteBuffer buffer, long from) throws IOException {
    return moved(buffer, fd.pread(writable(buffer), 0, buffer.remaining(), from));
  }

  /**
   * Reads from {@code from}, a byte's number in the file, until the segment is full, the file ends,
   * or 2<sup>31</sup> − 1 bytes were read. The file's position stays.
   *
   * @return how many bytes, or -1 at or behind the end of the file; 0 only for an empty segment
   */
  public int pread(MemorySegment segment, long from) throws IOException {
    return fd.pread(writable(segment), 0, lengthOf(segment), from);
  }

  // Writing at the position

  /** Writes all of {@code bytes}; as {@link #write(MemorySegment)}. */
  public void write(byte[] bytes) throws IOException {
    fd.write(MemorySegment.ofArray(bytes), 0, bytes.length);
  }

  /** Writes {@code length} bytes; as {@link #write(MemorySegment)}. */
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    fd.write(MemorySegment.ofArray(bytes), offset, length);
  }

  /**
   * Writes the remaining bytes and moves the buffer's position to its limit; as {@link
   * #write(MemorySegment)}. When it fails the buffer's position stays.
   */
  public void write(ByteBuffer buffer) throws IOException {
    fd.write(MemorySegment.ofBuffer(buffer), 0, buffer.remaining());
    buffer.position(buffer.limit());
  }

  /**
   * Writes the whole segment at the position, which moves; a file opened with {@code APPEND} is
   * written at its end. When it fails, a part may be written, and the position stays.
   */
  public void write(MemorySegment segment) throws IOException {
    fd.write(segment, 0, segment.byteSize());
  }

  // Writing anywhere

  /** Writes all of {@code bytes}; as {@link #pwrite(MemorySegment, long)}. */
  public void pwrite(byte[] bytes, long to) throws IOException {
    fd.pwrite(MemorySegment.ofArray(bytes), 0, bytes.length, to);
  }

  /** Writes {@code length} bytes; as {@link #pwrite(MemorySegment, long)}. */
  public void pwrite(byte[] bytes, int offset, int length, long to) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    fd.pwrite(MemorySegment.ofArray(bytes), offset, length, to);
  }

  /**
   * Writes the remaining bytes and moves the buffer's position to its limit; as {@link
   * #pwrite(MemorySegment, long)}. When it fails the buffer's position stays.
   */
  public void pwrite(ByteBuffer buffer, long to) throws IOException {
    fd.pwrite(MemorySegment.ofBuffer(buffer), 0, buffer.remaining(), to);
    buffer.position(buffer.limit());
  }

  /**
   * Writes the whole segment from {@code to} on. The file's position stays. Behind its end the file
   * grows; what lies between reads as zeros and takes no space where the file system can do that.
   * When it fails, a part may be written.
   *
   * @throws java.nio.file.FileSystemException on a file opened with {@code APPEND}, which is
   *     written at its end only
   */
  public void pwrite(MemorySegment segment, long to) throws IOException {
    fd.pwrite(segment, 0, segment.byteSize(), to);
  }

  // Asynchronous transfers

  /**
   * Begins to read and returns at once: as {@link #pread(MemorySegment, long)}, but the result is
   * sent to a channel, so that a {@link dev.weft.chan.Select} can wait for it and other events.
   *
   * <pre>{@code
   * Chan<Completion> done = Chan.buffered(2);
   * file.preadAsync(first, 0, 1, done);
   * file.preadAsync(second, 1 << 20, 2, done);
   * switch (select(receive(done), cancelled(ctx))) {
   *   case Received(_, Completion c) -> use(c.token(), c.orThrow());
   *   case Outcome other -> return;
   * }
   * }</pre>
   *
   * <p>Most reads and writes need only the page cache: the call itself performs them, and the
   * completion is in the channel when it returns. One that has to wait for the disk is performed by
   * io_uring where that is in use, elsewhere by a goroutine.
   *
   * <p><b>The channel.</b> Each transfer that was begun sends one completion, in no order. When the
   * channel has no room, the completion waits, like a goroutine that sends, until a goroutine
   * receives it; nothing is lost, and nothing else waits for it. A channel that holds as many as
   * there are transfers in progress is the fastest. If the channel is closed the completion is
   * dropped, and the transfer takes place all the same.
   *
   * <p><b>The memory</b> must not be used from the call until the completion is received; until
   * then its content is unspecified. It may be on the heap, and is kept reachable. The kernel gets
   * a copy, never the memory itself: when its arena is closed before the end, the completion has a
   * failure that says so, and nothing else happens. Each transfer in progress takes up to 128 KiB
   * of native memory in addition.
   *
   * <p><b>The file.</b> Closing it makes later calls fail; transfers in progress are finished.
   * Interrupts have no effect: no thread waits.
   *
   * @param into memory that any thread may use, thus not of a confined arena
   * @param from a byte's number in the file
   * @param token a number that comes back with the completion
   * @throws java.nio.channels.ClosedChannelException when the file is closed; whatever is thrown,
   *     no completion is sent
   * @throws java.nio.file.FileSystemException when it was not opened for reading
   * @throws IllegalArgumentException for a negative position, and for memory that is read-only or
   *     confined
   */
  public void preadAsync(
      MemorySegment into, long from, long token, SendChan<? super Completion> done)
      throws IOException {
    Objects.requireNonNull(done, "channel");
    fd.beginRead(writable(into), from, GOROUTINES, new Delivery(token, done, GOROUTINES));
  }

  /**
   * Begins to write and returns at once: as {@link #pwrite(MemorySegment, long)}, but the result is
   * sent to a channel; see {@link #preadAsync}. The memory must not change until the completion is
   * received. When something fails, the completion's count says how many bytes were written before.
   *
   * @param bytes memory that any thread may use, thus not of a confined arena
   * @param to a byte's number in the file
   * @param token a number that comes back with the completion
   * @throws java.nio.channels.ClosedChannelException when the file is closed; whatever is thrown,
   *     no completion is sent
   * @throws java.nio.file.FileSystemException when it was not opened for writing, or with {@code
   *     APPEND}
   * @throws IllegalArgumentException for a negative position, and for confined memory
   */
  public void pwriteAsync(
      MemorySegment bytes, long to, long token, SendChan<? super Completion> done)
      throws IOException {
    Objects.requireNonNull(done, "channel");
    fd.beginWrite(bytes, to, GOROUTINES, new Delivery(token, done, GOROUTINES));
  }

  private static MemorySegment writable(ByteBuffer buffer) {
    if (buffer.isReadOnly()) {
      throw new ReadOnlyBufferException();
    }
    return MemorySegment.ofBuffer(buffer);
  }

  private static MemorySegment writable(MemorySegment segment) {
    if (segment.isReadOnly()) {
      throw new IllegalArgumentException("cannot read into a read-only segment");
    }
    return segment;
  }

  private static int lengthOf(MemorySegment segment) {
    return (int) Math.min(segment.byteSize(), Integer.MAX_VALUE);
  }

  private static int moved(ByteBuffer buffer, int n) {
    buffer.position(buffer.position() + Math.max(0, n));
    return n;
  }

  // The rest

  /**
   * The position of the next {@link #read} or {@link #write}, in bytes from the file's beginning.
   */
  public long position() throws IOException {
    return fd.position();
  }

  /** Sets {@link #position}; it may lie behind the file's end. */
  public void seek(long position) throws IOException {
    fd.seek(position);
  }

  /** Returns when everything that was written, and the file's attributes, are on the disk. */
  public void fsync() throws IOException {
    fd.sync("fsync", true);
  }

  /** As {@link #fsync}, but for attributes that are not needed to read the data back. */
  public void fdatasync() throws IOException {
    fd.sync("fdatasync", false);
  }

  /** The file's length in bytes. */
  public long size() throws IOException {
    return fd.size();
  }

  /** Cuts the file to {@code size} bytes, or lengthens it with zeros. The position stays. */
  public void truncate(long size) throws IOException {
    fd.truncate(size);
  }

  /**
   * The attributes of the open file: size, times, kind. Where Weft's own system calls cannot be
   * used, those of the file that has the path now.
   */
  public BasicFileAttributes stat() throws IOException {
    return fd.stat();
  }

  /**
   * Reports whether the open file has changed: its content, its name (it was renamed, replaced or
   * deleted), or its attributes. One system call, which never waits for the disk or another
   * machine. Changes within one step of the file system's clock, some milliseconds, may go
   * unnoticed if they keep size and number of links. Where Weft's own system calls cannot be used,
   * compares size, time of modification and identity of the file that has the path now, and throws
   * {@link java.nio.file.NoSuchFileException} when there is none.
   *
   * @param earlier what {@link #stat} of this file returned
   */
  public boolean hasChangedSince(BasicFileAttributes earlier) throws IOException {
    return fd.hasChangedSince(earlier);
  }

  /** The path that was passed to {@link #open}. */
  public Path path() {
    return path;
  }

  /** Reports whether the file has not been closed. */
  public boolean isOpen() {
    return fd.isOpen();
  }

  /**
   * Closes the file. Calls in progress finish first; later ones fail. Closing again does nothing.
   * What was written is in the system's hands; {@link #fsync} before tells whether it got to the
   * disk.
   *
   * @throws IOException when the system reports something as it releases the file, as NFS and
   *     quotas do when what was written found no room. The file is closed all the same. While calls
   *     or transfers are in progress this returns at once, and the last of them releases the file;
   *     a failure is then only logged, as {@code dev.weft.io}. To learn of it call {@link #fsync}
   *     first
   */
  @Override
  public void close() throws IOException {
    fd.close();
  }

  @Override
  public String toString() {
    return "file " + path + (isOpen() ? "" : " (closed)");
  }
}
