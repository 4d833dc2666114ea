package dev.weft.io;

import dev.weft.internal.poll.StreamAccess;
import dev.weft.internal.poll.StreamFd;
import dev.weft.internal.poll.file.FileFd;
import dev.weft.net.Conn;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * The buffer of a copy that cannot stay in the kernel. Its memory is there as a segment and as a
 * {@code ByteBuffer}, so that neither is made for a call: connections and files of Weft take the
 * segment, other connections the {@code ByteBuffer}. The bytes from its position to its limit were
 * read and are not written.
 */
final class CopyBuffer {
  /** The most bytes that one of Weft's system calls transfers. */
  static final int LENGTH = 64 * 1024;

  private final ByteBuffer bytes = ByteBuffer.allocate(LENGTH);
  private final MemorySegment memory = MemorySegment.ofBuffer(bytes);

  /** Reads up to {@code max} bytes in place of those that were here; -1 at the stream's end. */
  int read(Conn source, long max) throws IOException {
    int length = (int) Math.min(LENGTH, max);
    StreamFd fd = StreamAccess.descriptor(source);
    int n;
    if (fd != null) {
      n = fd.read(memory, 0, length, StreamAccess.cancelSignal(source));
    } else {
      n = source.read(bytes.clear().limit(length));
    }
    bytes.position(0).limit(Math.max(n, 0));
    return n;
  }

  /**
   * Reads up to {@code max} bytes in place of those that were here; -1 at the file's end.
   *
   * @param from {@link FileCopy#AT_POSITION}, or a byte's number in the file
   */
  int read(FileFd source, long from, long max) throws IOException {
    int length = (int) Math.min(LENGTH, max);
    int n =
        from == FileCopy.AT_POSITION
            ? source.read(memory, 0, length)
            : source.pread(memory, 0, length, from);
    bytes.position(0).limit(Math.max(n, 0));
    return n;
  }

  /** Writes the bytes; when it fails, {@link #written} tells how many. */
  void write(Conn destination) throws IOException {
    StreamFd fd = StreamAccess.descriptor(destination);
    if (fd != null) {
      fd.write(memory, bytes, StreamAccess.cancelSignal(destination));
    } else {
      destination.write(bytes);
    }
  }

  /** Writes the bytes; when it fails, {@link #written} tells how many. */
  void write(FileFd destination) throws IOException {
    while (bytes.hasRemaining()) {
      int n = destination.writeSome(memory, bytes.position(), bytes.remaining());
      bytes.position(bytes.position() + n);
    }
  }

  /** How many of the bytes that were read are written. */
  int written() {
    return bytes.position();
  }

  /** How many are not. */
  int unwritten() {
    return bytes.remaining();
  }
}
