package dev.weft.internal.poll.selector;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ends a selection from any thread by writing a byte to a pipe that the selector watches; {@link
 * Selector#wakeup} would take a monitor of the selector.
 *
 * <p>The pipe's writing end has a lock. It is never contended, because one thread writes at a time:
 *
 * <pre>
 *   IDLE    --wakeup--> WRITING, by the thread that now writes a byte
 *   WRITING --wakeup, by another thread--> AGAIN; that thread does not wait
 *   WRITING --the byte is written--> IDLE
 *   AGAIN   --the byte is written--> WRITING; the same thread writes another one for the second caller
 *   WRITING, AGAIN --the write fails, for lack of memory--> IDLE; the caller retries, for the other threads as well
 * </pre>
 *
 * <p>Bytes stay in the pipe until the selecting thread reads them, so a wake-up before a selection
 * ends it at once. A full pipe needs no more bytes.
 */
final class SelectorWaker {
  private static final int IDLE = 0;
  private static final int WRITING = 1;
  private static final int AGAIN = 2;

  private final AtomicInteger state = new AtomicInteger();
  private final Pipe pipe;
  private final SelectionKey key;
  private final ByteBuffer written = ByteBuffer.allocateDirect(1);
  private final ByteBuffer read = ByteBuffer.allocateDirect(64);

  SelectorWaker(Selector selector) throws IOException {
    pipe = Pipe.open();
    try {
      pipe.sink().configureBlocking(false);
      pipe.source().configureBlocking(false);
      key = pipe.source().register(selector, SelectionKey.OP_READ);
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  void wakeup() {
    if (state.getAndUpdate(now -> now == IDLE ? WRITING : AGAIN) != IDLE) {
      return;
    }
    boolean written = false;
    try {
      do {
        state.set(WRITING);
        write();
      } while (!state.compareAndSet(WRITING, IDLE));
      written = true;
    } finally {
      if (!written) {
        state.set(IDLE);
      }
    }
  }

  private void write() {
    written.clear();
    try {
      pipe.sink().write(written);
    } catch (IOException e) {
      throw new UncheckedIOException("wake up the selector: " + e.getMessage(), e);
    }
  }

  /**
   * Reads the bytes from the pipe, and removes its key from the selected keys. Called by the
   * selecting thread.
   */
  void reset(Selector selector) throws IOException {
    if (selector.selectedKeys().remove(key)) {
      do {
        read.clear();
      } while (pipe.source().read(read) == read.capacity());
    }
  }

  void close() throws IOException {
    pipe.sink().close();
    pipe.source().close();
  }
}
