package dev.weft.http;

import java.io.IOException;
import java.io.OutputStream;

/**
 * A response that delegates to another one, for middleware that changes a part of it. A body passes
 * through {@link #send(byte[], int, int)}, {@link #write(byte[], int, int)}, {@link #flush} and
 * {@link #outputStream}.
 */
public abstract class ForwardingResponse implements Response {
  private final Response delegate;

  protected ForwardingResponse(Response delegate) {
    this.delegate = delegate;
  }

  /** Returns the response to which calls are delegated. */
  protected final Response delegate() {
    return delegate;
  }

  @Override
  public int status() {
    return delegate.status();
  }

  @Override
  public Response status(int status) {
    delegate.status(status);
    return this;
  }

  @Override
  public Headers headers() {
    return delegate.headers();
  }

  @Override
  public Headers trailers() {
    return delegate.trailers();
  }

  @Override
  public Response contentLength(long bytes) {
    delegate.contentLength(bytes);
    return this;
  }

  @Override
  public void send(byte[] body, int offset, int length) throws IOException {
    delegate.send(body, offset, length);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    delegate.write(bytes, offset, length);
  }

  @Override
  public void flush() throws IOException {
    delegate.flush();
  }

  @Override
  public OutputStream outputStream() {
    return delegate.outputStream();
  }

  @Override
  public void sendInformational(int status, Headers fields) throws IOException {
    delegate.sendInformational(status, fields);
  }

  @Override
  public boolean isCommitted() {
    return delegate.isCommitted();
  }

  @Override
  public long bytesWritten() {
    return delegate.bytesWritten();
  }

  @Override
  public Hijacked upgrade(String protocol) throws IOException {
    return delegate.upgrade(protocol);
  }

  @Override
  public Hijacked hijack() throws IOException {
    return delegate.hijack();
  }
}
