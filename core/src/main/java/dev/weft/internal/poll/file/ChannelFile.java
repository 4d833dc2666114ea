package dev.weft.internal.poll.file;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.Callable;

/**
 * A file over a {@code FileChannel}. Bytes are copied through an array between the threads, because
 * the caller's memory may be confined to its thread.
 */
final class ChannelFile implements OpenFile {
  private static final int MAX_TRANSFER = 256 * 1024;

  private final FileChannel channel;
  private final boolean appending;
  private final Callable<BasicFileAttributes> attributes;

  /**
   * @param attributes those of the file that has the path now
   */
  ChannelFile(FileChannel channel, boolean appending, Callable<BasicFileAttributes> attributes) {
    this.channel = channel;
    this.appending = appending;
    this.attributes = attributes;
  }

  @Override
  public int read(MemorySegment memory, long offset, int length, long position) throws IOException {
    int done = 0;
    while (done < length) {
      byte[] bytes = new byte[Math.min(length - done, MAX_TRANSFER)];
      long from = position + done;
      int n = FileThreads.call(() -> readFully(bytes, from));
      MemorySegment.copy(MemorySegment.ofArray(bytes), 0, memory, offset + done, n);
      done += n;
      if (n < bytes.length) {
        break;
      }
    }
    return done;
  }

  private int readFully(byte[] bytes, long position) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    int n;
    do {
      n = channel.read(buffer, position + buffer.position());
    } while (n > 0 && buffer.hasRemaining());
    return buffer.position();
  }

  /** A channel opened for appending ignores the position and writes at the end. */
  @Override
  public int write(MemorySegment memory, long offset, int length, long position)
      throws IOException {
    byte[] bytes = new byte[Math.min(length, MAX_TRANSFER)];
    MemorySegment.copy(memory, offset, MemorySegment.ofArray(bytes), 0, bytes.length);
    return FileThreads.call(() -> channel.write(ByteBuffer.wrap(bytes), position));
  }

  @Override
  public int sync(boolean metadata) throws IOException {
    return FileThreads.call(() -> {
      channel.force(metadata);
      return 0;
    });
  }

  @Override
  public long size() throws IOException {
    return FileThreads.call(channel::size);
  }

  @Override
  public int truncate(long size) throws IOException {
    return FileThreads.call(() -> {
      if (size <= channel.size()) {
        channel.truncate(size);
      } else {
        lengthen(size);
      }
      return 0;
    });
  }

  /**
   * The JDK's method only shortens a file. A channel opened for appending cannot leave a gap, so it
   * writes all zeros.
   */
  private void lengthen(long size) throws IOException {
    if (!appending) {
      channel.write(ByteBuffer.allocate(1), size - 1);
      return;
    }
    ByteBuffer zeros = ByteBuffer.allocate(MAX_TRANSFER);
    for (long left; (left = size - channel.size()) > 0; ) {
      channel.write(zeros.clear().limit((int) Math.min(left, MAX_TRANSFER)));
    }
  }

  /** Uses the path, because a channel has only the size. */
  @Override
  public BasicFileAttributes stat() throws IOException {
    return FileThreads.call(attributes);
  }

  @Override
  public int close() throws IOException {
    return FileThreads.call(() -> {
      channel.close();
      return 0;
    });
  }
}
