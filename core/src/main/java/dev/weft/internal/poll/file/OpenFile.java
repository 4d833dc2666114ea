package dev.weft.internal.poll.file;

import dev.weft.internal.poll.KernelPipe;
import dev.weft.internal.poll.KernelSource;
import dev.weft.internal.poll.StreamTransport;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

/**
 * The backend's side of an open file: calls that block the calling goroutine and let all others
 * run.
 *
 * <p>Any number of threads may call at once. {@link FileFd} calls {@link #close} once, when no
 * other call is in progress. Memory is native or on the heap, and is not used after the call
 * returns. An interrupt does not end a call; the interrupt status stays set.
 *
 * <p>A negative result is a negated error number; a failure without a number is thrown.
 */
public interface OpenFile extends KernelSource {
  /**
   * Reads from {@code position} until the memory is full or the file ends; returns 0 at its end.
   */
  int read(MemorySegment memory, long offset, int length, long position) throws IOException;

  /** Writes at least one byte at {@code position}, or at the end of a file opened for appending. */
  int write(MemorySegment memory, long offset, int length, long position) throws IOException;

  /** Starts a transfer, without waiting; see {@link Transfer}. */
  default void begin(Transfer transfer) {
    transfer.continueInGoroutine();
  }

  /** Reports whether {@link #moveTo} and {@link #drain} work on this file. */
  default boolean splices() {
    return false;
  }

  /** Moves bytes to a socket inside the kernel. */
  @Override
  default int moveTo(int socket, long position, int max) {
    return StreamTransport.USE_BUFFER;
  }

  /** Moves at least one byte from a non-empty pipe to {@code position}. */
  default int drain(KernelPipe pipe, long position) {
    throw new UnsupportedOperationException();
  }

  /**
   * Waits until all written bytes are on the disk.
   *
   * @param metadata whether to write metadata that reading the data does not need, such as times
   */
  int sync(boolean metadata) throws IOException;

  long size() throws IOException;

  /** Shortens the file, or extends it with zeros. */
  int truncate(long size) throws IOException;

  /** Returns the file's attributes. */
  BasicFileAttributes stat() throws IOException;

  /**
   * Reports whether the file's content, name or attributes have changed.
   *
   * @param earlier the result of an earlier call of {@link #stat}
   */
  default boolean hasChangedSince(BasicFileAttributes earlier) throws IOException {
    BasicFileAttributes now = stat();
    return now.size() != earlier.size()
        || !now.lastModifiedTime().equals(earlier.lastModifiedTime())
        || !Objects.equals(now.fileKey(), earlier.fileKey());
  }

  /** Returns a new descriptor of the same file, owned by the caller, or a negated error number. */
  default int duplicate() {
    throw new UnsupportedOperationException(
        "passing files needs native access and Weft's scheduler");
  }

  /** Closes the file, even if this fails: some file systems report lost writes here. */
  int close() throws IOException;
}
