package dev.weft.http.proxy;

import dev.weft.http.Headers;
import dev.weft.http.Request;
import dev.weft.http.client.Content;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The body of a request on its way to another server. The client's goroutine reads it, and the
 * handler must not return before that has stopped, because the connection then serves the next
 * request.
 *
 * <pre>
 *   NEW --(the goroutine begins)--> READING --(it stops)--> OVER
 *    \--------------------(the handler is done)----------> OVER
 * </pre>
 */
final class PassedContent implements Content {
  private enum State {
    NEW,
    READING,
    OVER
  }

  private static final int BUFFER_SIZE = 16 << 10;

  private final Request request;
  private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
  private final CountDownLatch over = new CountDownLatch(1);
  private volatile Headers trailers = new Headers();

  PassedContent(Request request) throws IOException {
    this.request = request;
    request.fullDuplex();
  }

  @Override
  public long length() {
    return request.contentLength();
  }

  @Override
  public boolean isRepeatable() {
    return false;
  }

  /** Reports whether nothing of it was read, so that another server can be asked. */
  boolean isUntouched() {
    return state.get() == State.NEW;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    if (!state.compareAndSet(State.NEW, State.READING)) {
      throw new IOException("the request was answered before its body was read");
    }
    try {
      out.flush(); // the server may answer by the head alone
      InputStream in = request.body();
      byte[] buffer = new byte[BUFFER_SIZE];
      for (int n; (n = in.read(buffer)) >= 0; ) {
        out.write(buffer, 0, n);
        out.flush(); // the next piece may take long
      }
      trailers = HopByHop.passedOn(request.trailers());
    } finally {
      state.set(State.OVER);
      over.countDown();
    }
  }

  @Override
  public Headers trailers() {
    return trailers;
  }

  /**
   * Waits until no thread reads the body any more, which is soon because the exchange has ended.
   */
  void end() {
    if (state.compareAndSet(State.NEW, State.OVER)) {
      return;
    }
    boolean interrupted = false;
    while (over.getCount() > 0) {
      try {
        over.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
