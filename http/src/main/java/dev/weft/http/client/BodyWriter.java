package dev.weft.http.client;

import dev.weft.Weft;
import dev.weft.chan.Chan;
import dev.weft.http.Headers;
import dev.weft.http.internal.wire.OutputBuffer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Writes the body of a request in a goroutine of its own. Uses the output buffer of the exchange,
 * which nothing else touches until the goroutine has ended.
 *
 * <p>When the connection fails because the peer is gone, it is left open: a response that was sent
 * before may still be read from it. So it is when the context of the call is cancelled, which ends
 * the reader too. Any other failure closes it, so that the reader does not wait for a response to
 * half a request.
 */
final class BodyWriter extends OutputStream {
  private static final int CHUNK = 8 << 10;
  private static final byte[] LAST_CHUNK = {'0', '\r', '\n'};

  private final ExchangeConn conn;
  private final OutputBuffer out;
  private final Content content;
  private final long length;
  private final byte[] gathered;
  private int size;
  private long written;
  private boolean connFailed;

  private @Nullable Thread thread;
  private volatile @Nullable Throwable failure;

  /** Closed when the goroutine has ended. */
  private final Chan<Void> ended = Chan.unbuffered();

  BodyWriter(ExchangeConn conn, OutputBuffer out, Content content) {
    this.conn = conn;
    this.out = out;
    this.content = content;
    length = content.length();
    gathered = new byte[length < 0 ? CHUNK : 0];
  }

  void start() {
    thread = Weft.go("http client body", this::run);
  }

  private void run() {
    try {
      content.writeTo(this);
      finish();
      conn.requestSent();
    } catch (Throwable e) {
      failure = e;
      if (!connFailed || e instanceof SocketTimeoutException) {
        conn.breakOff();
      }
    } finally {
      ended.close();
    }
  }

  /** Reports whether the goroutine has ended, so that its buffer is free. */
  boolean hasEnded() {
    return ended.isEnded();
  }

  /** Reports whether the whole body was written. */
  boolean hasSucceeded() {
    return ended.isEnded() && failure == null;
  }

  /** Why it stopped before the end of the body; null when it did not, or goes on. */
  @Nullable Throwable failure() {
    return failure;
  }

  /** Reports whether the content failed, not the connection. */
  boolean hasContentFailed() {
    return failure != null && !connFailed;
  }

  /** Waits a little for the end of a body that is all but sent. */
  void awaitEnd(Duration time) {
    try {
      ended.receive(time);
    } catch (TimeoutException e) {
      // The caller does without it.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends a content that waits for something else than the connection. */
  void interrupt() {
    Objects.requireNonNull(thread).interrupt();
  }

  // ---- The stream

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    Objects.checkFromIndexSize(offset, count, bytes.length);
    if (length >= 0 && count > length - written) {
      throw new IOException(
          "the length of the request's body is " + length + ", and more than that was written");
    }
    written += count;
    send(() -> {
      if (length >= 0) {
        out.write(bytes, offset, count);
      } else {
        gather(bytes, offset, count);
      }
    });
  }

  private void gather(byte[] bytes, int offset, int count) throws IOException {
    if (count > CHUNK - size) {
      endChunk();
    }
    if (count >= CHUNK) {
      out.writeChunk(bytes, offset, count);
    } else {
      System.arraycopy(bytes, offset, gathered, size, count);
      size += count;
    }
  }

  private void endChunk() throws IOException {
    if (size > 0) {
      out.writeChunk(gathered, 0, size);
      size = 0;
    }
  }

  @Override
  public void flush() throws IOException {
    send(() -> {
      endChunk();
      out.flush();
    });
  }

  private void finish() throws IOException {
    if (length >= 0 && written < length) {
      throw new IOException(
          "the length of the request's body is "
              + length
              + ", but only "
              + written
              + " were written");
    }
    Headers trailers = length < 0 ? content.trailers() : new Headers();
    send(() -> {
      if (length < 0) {
        endChunk();
        out.put(LAST_CHUNK);
        trailers.forEach(out::putField);
        out.endLine();
      }
      out.flush();
    });
  }

  /** What happens on the connection. */
  private interface Sending {
    void run() throws IOException;
  }

  private void send(Sending sending) throws IOException {
    try {
      sending.run();
    } catch (IOException | CancellationException e) {
      connFailed = true;
      throw e;
    }
  }
}
