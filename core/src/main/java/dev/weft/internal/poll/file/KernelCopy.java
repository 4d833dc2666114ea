package dev.weft.internal.poll.file;

import dev.weft.internal.poll.CancelSignal;
import dev.weft.internal.poll.KernelPipe;
import dev.weft.internal.poll.StreamFd;
import dev.weft.internal.poll.StreamTransport;
import dev.weft.internal.poll.TransferException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Moves bytes between an open file and sockets inside the kernel. Safe for use as the file is. */
public final class KernelCopy {
  private final SharedFile shared;

  KernelCopy(SharedFile shared) {
    this.shared = shared;
  }

  /** Reports whether the kernel can move bytes between this file and a socket. */
  public boolean splices() throws IOException {
    shared.reference("stat");
    try {
      return !shared.appending && shared.file.splices();
    } finally {
      shared.dereference();
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
      shared.takeTurn("read");
    } catch (IOException e) {
      throw new TransferException(0, true, e);
    }
    try {
      int n = transfer(stream, shared.position, max, cancelSignal);
      shared.position += Math.max(0, n);
      return n;
    } catch (IOException e) {
      throw new TransferException(0, false, e);
    } finally {
      shared.endTurn();
    }
  }

  /**
   * Sends bytes from {@code from} on, regardless of the position; otherwise as {@link
   * #sendTo(StreamFd, int, CancelSignal)}, for any number of threads at once.
   */
  public int sendTo(StreamFd stream, long from, int max, @Nullable CancelSignal cancelSignal)
      throws TransferException {
    try {
      shared.reference("read");
    } catch (IOException e) {
      throw new TransferException(0, true, e);
    }
    try {
      return transfer(stream, from, max, cancelSignal);
    } catch (IOException e) {
      throw new TransferException(0, false, e);
    } finally {
      shared.dereference();
    }
  }

  private int transfer(StreamFd stream, long from, int max, @Nullable CancelSignal cancelSignal)
      throws IOException {
    return shared.readable
        ? stream.transfer(shared.file, from, max, cancelSignal)
        : StreamTransport.USE_BUFFER; // The read that follows reports it.
  }

  /** Moves all bytes from the pipe to the position, and advances it. */
  public void drain(KernelPipe pipe) throws IOException {
    shared.takeTurn("write");
    try {
      shared.requireWritable("write");
      while (pipe.pending() > 0) {
        shared.position += shared.requireDone("write", shared.file.drain(pipe, shared.position));
      }
    } finally {
      shared.endTurn();
    }
  }
}
