package dev.weft.httpserver;

import dev.weft.http.Response;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/**
 * The body of a response, writable once the head was sent. Closing it ends the exchange.
 *
 * <p>Locked, because a thread of the handler may still write when the connection serves the next
 * exchange with the same response object.
 */
final class ExchangeBody extends OutputStream {
  private final Response response;
  private final Runnable end;

  /** The number of bytes expected; 0 for any number, in chunks. */
  private long length;

  private long written;
  private boolean open;
  private boolean closed;

  ExchangeBody(Response response, Runnable end) {
    this.response = response;
    this.end = end;
  }

  synchronized boolean isOpen() {
    return open;
  }

  synchronized void open(long newLength) {
    length = newLength;
    open = true;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int count) throws IOException {
    Objects.checkFromIndexSize(offset, count, bytes.length);
    if (!open) {
      throw new IOException("response headers not sent yet");
    }
    if (closed) {
      throw new IOException("stream closed");
    }
    if (length > 0 && count > length - written) {
      throw new IOException("too many bytes to write to stream");
    }
    response.write(bytes, offset, count);
    written += count;
  }

  @Override
  public synchronized void flush() throws IOException {
    if (open && !closed) {
      response.flush();
    }
  }

  @Override
  public synchronized void close() throws IOException {
    if (!open || closed) {
      return;
    }
    closed = true;
    try {
      if (written < length) {
        throw new IOException("insufficient bytes written");
      }
      response.outputStream().close();
    } finally {
      end.run();
    }
  }

  /** Refuses further writes; returns whether the head was sent. */
  synchronized boolean finish() {
    closed = true;
    return open;
  }
}
