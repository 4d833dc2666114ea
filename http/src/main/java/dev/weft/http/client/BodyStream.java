package dev.weft.http.client;

import dev.weft.http.Headers;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The body of a response, as it comes. Its end, or closing it, ends the exchange. */
final class BodyStream extends ResponseStream {
  private @Nullable ClientExchange exchange;
  private final byte[] received;
  private int position;
  private @Nullable Headers trailers;
  private boolean closed;

  /** Why a read has failed, which later ones repeat. */
  private @Nullable Throwable failure;

  private long count;

  /** The body that is still to come. */
  BodyStream(ClientExchange exchange) {
    this.exchange = exchange;
    received = new byte[0];
  }

  /** A body that was received with the head. */
  BodyStream(byte[] received) {
    this.received = received;
  }

  /** Reports whether the end of this body ends the exchange. */
  boolean hasExchange() {
    return exchange != null;
  }

  /** The number of bytes that were read. */
  long count() {
    return count;
  }

  Headers trailers() {
    return trailers == null ? new Headers() : trailers;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (failure != null) {
      throw new IOException("the response has failed before: " + failure.getMessage(), failure);
    }
    if (closed) {
      throw new IOException("the response is closed");
    }
    ClientExchange open = exchange;
    if (length == 0) {
      return 0;
    }
    if (open == null) {
      return readReceived(into, offset, length);
    }
    try {
      int n = open.readBody(into, offset, length);
      if (n < 0 || open.hasBodyEnded()) {
        trailers = open.trailers();
        end();
      }
      count += Math.max(0, n);
      return n;
    } catch (Throwable e) { // also behind the last bytes, which the caller then has not got
      failure = e;
      end();
      throw e;
    }
  }

  private int readReceived(byte[] into, int offset, int length) {
    int n = Math.min(length, received.length - position);
    if (n == 0) {
      return -1;
    }
    System.arraycopy(received, position, into, offset, n);
    position += n;
    count += n;
    return n;
  }

  @Override
  public int available() {
    ClientExchange open = exchange;
    return open == null ? received.length - position : Math.max(0, open.receivedBody());
  }

  private void end() {
    ClientExchange open = exchange;
    if (open != null) {
      exchange = null;
      open.end();
    }
  }

  /** Ends the exchange. The connection is kept if the rest of the body was received already. */
  @Override
  public void close() {
    closed = true;
    ClientExchange open = exchange;
    if (open != null) {
      try {
        open.skipReceivedBody();
      } catch (IOException e) {
        // the connection is closed, then
      } finally {
        end();
      }
    }
  }
}
