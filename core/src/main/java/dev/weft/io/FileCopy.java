package dev.weft.io;

import dev.weft.internal.poll.CancelSignal;
import dev.weft.internal.poll.KernelPipe;
import dev.weft.internal.poll.StreamAccess;
import dev.weft.internal.poll.StreamFd;
import dev.weft.internal.poll.StreamTransport;
import dev.weft.internal.poll.TransferException;
import dev.weft.internal.poll.file.FileFd;
import dev.weft.internal.poll.file.KernelCopy;
import dev.weft.net.Conn;
import java.io.IOException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A copy between a file and a connection, in rounds: inside the kernel where it can move pages of
 * the file, otherwise through a buffer.
 */
final class FileCopy {
  /** Of one round, so that progress is reported. */
  private static final int MAX_TRANSFER = 1024 * 1024;

  private static final int END = -1;

  /** Stands for the file's position, which moves. */
  static final long AT_POSITION = -1;

  private FileCopy() {}

  // From a file

  /**
   * Sends up to {@code count} bytes; fewer when the file ends.
   *
   * @param from {@link #AT_POSITION}, or the first byte's number in the file
   * @return how many bytes
   */
  static long send(
      Conn destination, FileFd source, long from, long count, @Nullable LongConsumer progress)
      throws CopyException {
    StreamFd to = StreamAccess.descriptor(destination);
    CancelSignal signal = StreamAccess.cancelSignal(destination);
    long copied = 0;
    boolean inKernel = to != null && to.splices() && splices(source, true);
    while (copied < count) {
      long at = from == AT_POSITION ? AT_POSITION : from + copied;
      int n = StreamTransport.USE_BUFFER;
      if (inKernel && to != null) {
        int max = (int) Math.min(MAX_TRANSFER, count - copied);
        n = sendInKernel(to, signal, source, at, max, copied);
        inKernel = n != StreamTransport.USE_BUFFER;
      }
      if (!inKernel) {
        n = readAndWrite(destination, source, at, copied, count);
      }
      if (n < 0) {
        return copied;
      }
      copied += n;
      if (progress != null) {
        progress.accept(copied);
      }
    }
    return copied;
  }

  private static int sendInKernel(
      StreamFd to, @Nullable CancelSignal signal, FileFd source, long at, int max, long copied)
      throws CopyException {
    try {
      KernelCopy kernel = source.kernelCopy();
      int n =
          at == AT_POSITION ? kernel.sendTo(to, max, signal) : kernel.sendTo(to, at, max, signal);
      return n == 0 ? END : n;
    } catch (TransferException e) {
      throw CopyException.of(copied, e);
    }
  }

  private static int readAndWrite(Conn destination, FileFd source, long at, long copied, long count)
      throws CopyException {
    CopyBuffer buffer = CopyBuffers.take();
    boolean reading = true;
    try {
      int n = buffer.read(source, at, count - copied);
      reading = false;
      if (n > 0 && at == AT_POSITION) {
        writeOrSeekBack(destination, source, buffer);
      } else if (n > 0) {
        buffer.write(destination);
      }
      return n;
    } catch (IOException e) {
      throw new CopyException(copied + (reading ? 0 : buffer.written()), reading, e);
    } finally {
      CopyBuffers.give(buffer);
    }
  }

  /** What was not written is read again by the next call. */
  private static void writeOrSeekBack(Conn destination, FileFd source, CopyBuffer buffer)
      throws IOException {
    try {
      buffer.write(destination);
    } catch (IOException e) {
      source.seek(source.position() - buffer.unwritten());
      throw e;
    }
  }

  // To a file

  /**
   * Writes up to {@code count} bytes at the file's position; fewer when the stream ends.
   *
   * @return how many bytes
   */
  static long receive(FileFd destination, Conn source, long count, @Nullable LongConsumer progress)
      throws CopyException {
    StreamFd from = StreamAccess.descriptor(source);
    CancelSignal signal = StreamAccess.cancelSignal(source);
    boolean inKernel = from != null && from.splices() && splices(destination, false);
    long copied = 0;
    while (copied < count) {
      int n = StreamTransport.USE_BUFFER;
      if (inKernel && from != null) {
        int max = (int) Math.min(MAX_TRANSFER, count - copied);
        n = receiveInKernel(destination, from, signal, max, copied);
      }
      if (n == StreamTransport.USE_BUFFER) {
        n = throughBuffer(destination, source, copied, count);
      }
      if (n < 0) {
        return copied;
      }
      copied += n;
      if (progress != null) {
        progress.accept(copied);
      }
    }
    return copied;
  }

  private static int throughBuffer(FileFd destination, Conn source, long copied, long count)
      throws CopyException {
    CopyBuffer buffer = BufferedRound.fill(source, copied, count);
    if (buffer == null) {
      return END;
    }
    try {
      int n = buffer.unwritten();
      buffer.write(destination);
      return n;
    } catch (IOException e) {
      throw new CopyException(copied + buffer.written(), false, e);
    } finally {
      CopyBuffers.give(buffer);
    }
  }

  private static int receiveInKernel(
      FileFd destination, StreamFd from, @Nullable CancelSignal signal, int max, long copied)
      throws CopyException {
    KernelPipe pipe;
    try {
      pipe = from.fillPipe(max, signal);
    } catch (IOException e) {
      throw new CopyException(copied, true, e);
    }
    if (pipe == null) {
      return StreamTransport.USE_BUFFER;
    }
    int filled = pipe.pending();
    try {
      destination.kernelCopy().drain(pipe);
    } catch (IOException e) {
      throw new CopyException(copied + filled - pipe.pending(), false, e);
    } finally {
      pipe.release();
    }
    return filled == 0 ? END : filled;
  }

  private static boolean splices(FileFd file, boolean reading) throws CopyException {
    try {
      return file.kernelCopy().splices();
    } catch (IOException e) {
      throw new CopyException(0, reading, e);
    }
  }
}
