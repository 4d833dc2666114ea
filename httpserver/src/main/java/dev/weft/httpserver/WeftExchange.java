package dev.weft.httpserver;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpPrincipal;
import dev.weft.context.Registration;
import dev.weft.http.Request;
import dev.weft.http.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Adapts a request and its response to the JDK's interface. */
final class WeftExchange extends HttpExchange implements Authenticable {
  private static final int OK = 200;

  private final WeftContext context;
  private final Request request;
  private final Response response;
  private final URI uri;
  private final Headers requestHeaders;
  private final Headers responseHeaders = new Headers();
  private final ExchangeBody body;
  private final CountDownLatch ended = new CountDownLatch(1);

  private final InetSocketAddress remote;
  private final InetSocketAddress local;
  private final String method;
  private final String protocol;
  private InputStream in;
  private OutputStream out;
  private int status = -1;
  private @Nullable HttpPrincipal principal;

  WeftExchange(WeftContext context, Request request, Response response, URI uri)
      throws IOException {
    this.context = context;
    this.request = request;
    this.response = response;
    this.uri = uri;
    Headers fields = new Headers();
    request.headers().forEach(fields::add);
    requestHeaders = Headers.of(fields);
    remote = (InetSocketAddress) request.remoteAddress();
    local = (InetSocketAddress) Objects.requireNonNull(request.localAddress());
    method = request.method();
    protocol = request.protocol();
    in = request.body();
    body = new ExchangeBody(response, ended::countDown);
    out = body;
  }

  /**
   * Waits until the response is complete, the exchange is closed, or the client has disconnected.
   */
  void awaitEnd() throws InterruptedException {
    if (ended.getCount() > 0) {
      Registration gone = request.context().onCancel(ended::countDown);
      try {
        ended.await();
      } finally {
        gone.stop();
      }
    }
  }

  // ---- The request

  @Override
  public Headers getRequestHeaders() {
    return requestHeaders;
  }

  @Override
  public URI getRequestURI() {
    return uri;
  }

  @Override
  public String getRequestMethod() {
    return method;
  }

  @Override
  public String getProtocol() {
    return protocol;
  }

  @Override
  public InputStream getRequestBody() {
    return in;
  }

  @Override
  public InetSocketAddress getRemoteAddress() {
    return remote;
  }

  @Override
  public InetSocketAddress getLocalAddress() {
    return local;
  }

  @Override
  @SuppressWarnings("NullAway") // the JDK's is null too without an authenticator
  public HttpPrincipal getPrincipal() {
    return principal;
  }

  @Override
  public void authenticated(HttpPrincipal who) {
    principal = who;
  }

  // ---- The response

  @Override
  public Headers getResponseHeaders() {
    return responseHeaders;
  }

  @Override
  public int getResponseCode() {
    return status;
  }

  @Override
  public OutputStream getResponseBody() {
    return out;
  }

  @Override
  public void sendResponseHeaders(int code, long length) throws IOException {
    if (response.isCommitted() || body.isOpen()) {
      throw new IOException("headers already sent");
    }
    if (code < OK) {
      response.sendInformational(code, fields());
      return;
    }
    status = code;
    response.status(code);
    dev.weft.http.Headers fields = fields();
    fields.forEach(response.headers()::add);
    boolean hasNoBody = method.equals("HEAD") || code == 204 || code == 304;
    if (hasNoBody || length < 0) {
      if (!hasNoBody) {
        response.headers().remove("Content-Length");
      }
      response.send();
      close();
      return;
    }
    response.headers().remove("Content-Length");
    if (length > 0) {
      response.contentLength(length);
    }
    body.open(length);
  }

  private dev.weft.http.Headers fields() {
    dev.weft.http.Headers fields = new dev.weft.http.Headers();
    responseHeaders.forEach((name, values) -> values.forEach(value -> fields.add(name, value)));
    return fields;
  }

  @Override
  public void setStreams(@Nullable InputStream newIn, @Nullable OutputStream newOut) {
    if (newIn != null) {
      in = newIn;
    }
    if (newOut != null) {
      out = newOut;
    }
  }

  /** Ends the exchange. A response that is not complete ends the connection. */
  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      // The response is too short or the client is gone; the server closes the connection.
    }
    ended.countDown();
  }

  /**
   * Detaches the handler's threads from the exchange, because the connection serves the next one.
   *
   * @return whether a response was begun
   */
  boolean finish() {
    return body.finish() || status >= 0;
  }

  // ---- Attributes

  @Override
  public HttpContext getHttpContext() {
    return context;
  }

  /** The attributes of the context, as in the JDK's server. */
  @Override
  @SuppressWarnings("NullAway") // null when there is none, as the interface says
  public Object getAttribute(String name) {
    return context.getAttributes().get(Objects.requireNonNull(name, "name"));
  }

  @Override
  public void setAttribute(String name, @Nullable Object value) {
    Objects.requireNonNull(name, "name");
    if (value == null) {
      context.getAttributes().remove(name);
    } else {
      context.getAttributes().put(name, value);
    }
  }
}
