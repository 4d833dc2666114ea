package dev.weft.http.server;

import dev.weft.http.Headers;
import dev.weft.http.Hijacked;
import dev.weft.http.HttpException;
import dev.weft.http.Response;
import dev.weft.http.internal.wire.OutputBuffer;
import dev.weft.http.internal.wire.StatusLines;
import dev.weft.io.FileHandle;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * The response that an exchange currently sends; the same object for each of its requests. Checks
 * what handlers ask for, and completes the response after them; {@link ResponseHeadWriter} and
 * {@link ResponseBodyWriter} write it.
 */
final class ServerResponse implements Response {
  private final OutputBuffer out;
  private final ServerRequest request;
  private final ResponseHeadWriter head;
  private final ResponseBodyWriter body;
  private @Nullable HttpConnection connection;
  private @Nullable ResponseBody stream;
  private boolean hijacked;

  ServerResponse(ServerState server, OutputBuffer out, ServerRequest request) {
    this.out = out;
    this.request = request;
    head = new ResponseHeadWriter(server, out, request);
    body = new ResponseBodyWriter(out, request, head);
  }

  // ---- Life cycle

  void begin(HttpConnection newConnection) {
    connection = newConnection;
    hijacked = false;
    head.reset();
    body.begin();
  }

  void end() {
    connection = null;
    body.abandon();
    head.headers().clear();
    if (stream != null) {
      stream.end();
      stream = null;
    }
  }

  private HttpConnection connection() {
    return Objects.requireNonNull(connection, "the response is over");
  }

  // ---- Before the head is sent

  @Override
  public int status() {
    return head.status();
  }

  @Override
  public Response status(int newStatus) {
    checkUncommitted();
    if (newStatus < 200 || !StatusLines.isStatus(newStatus)) {
      throw new IllegalArgumentException("not the status of a final response: " + newStatus);
    }
    head.status(newStatus);
    return this;
  }

  @Override
  public Headers headers() {
    return head.headers();
  }

  @Override
  public Headers trailers() {
    return body.trailers();
  }

  @Override
  public Response contentLength(long bytes) {
    checkUncommitted();
    if (bytes < 0) {
      throw new IllegalArgumentException("a length below zero: " + bytes);
    }
    body.declare(bytes);
    return this;
  }

  private void checkUncommitted() {
    if (head.isCommitted() || body.hasEnded()) {
      throw new IllegalStateException("the head of the response was sent already");
    }
  }

  private void checkNothingWritten() {
    checkUncommitted();
    if (body.hasGathered()) {
      throw new IllegalStateException("a part of the body was written already");
    }
  }

  @Override
  public void sendInformational(int informational, Headers fields) throws IOException {
    checkUncommitted();
    if (informational <= 101 || informational > 199) {
      throw new IllegalArgumentException("not an informational status: " + informational);
    }
    if (request.isVersion10()) {
      return;
    }
    head.putInformational(informational, fields);
    out.flush();
  }

  @Override
  public boolean isCommitted() {
    return head.isCommitted() || hijacked;
  }

  // ---- The body

  @Override
  public void send(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    checkNothingWritten();
    body.send(bytes, offset, length);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    body.write(bytes, offset, length);
  }

  @Override
  public void write(FileHandle file, long from, long count) throws IOException {
    if (count < ResponseBodyWriter.SENDFILE) {
      body.writeShort(file, from, (int) count);
    } else if (!body.trySendFile(connection().output(), file, from, count)) {
      Response.super.write(file, from, count);
    }
  }

  @Override
  public void flush() throws IOException {
    body.flush();
  }

  @Override
  public OutputStream outputStream() {
    if (stream == null) {
      stream = new ResponseBody(this);
    }
    return stream;
  }

  @Override
  public long bytesWritten() {
    return body.written();
  }

  /** Ends the body. */
  void finish() throws IOException {
    body.finish();
  }

  // ---- Completion

  /**
   * Completes the response after the handler has returned.
   *
   * @return whether the connection can be used for the next request
   */
  boolean complete() throws IOException {
    if (hijacked) {
      return false;
    }
    if (!body.hasEnded()) {
      try {
        finish();
      } catch (IOException e) {
        fail(e);
      }
    }
    return !head.isClosing() && request.drain();
  }

  /**
   * Called when the handler has failed: sends an error response if nothing was sent, else closes
   * the connection.
   */
  void fail(Throwable failure) throws IOException {
    if (!isExpected(failure)) {
      log(failure);
    }
    if (isCommitted() || connection().isBroken()) {
      if (!body.hasEnded()) {
        head.closeAfterwards();
        if (body.endsWithConnection()) {
          connection().breakOff();
        }
        body.abandon();
      }
      return;
    }
    head.headers().clear();
    body.abandon();
    body.begin();
    HttpException answer = HttpException.of(failure);
    head.status(answer.status());
    answer.headers().forEach(head.headers()::set);
    send(answer.body());
  }

  /**
   * Reports whether the failure is an intended response, or only reports the end of the connection
   * or the request.
   */
  private boolean isExpected(Throwable failure) {
    return failure instanceof HttpException
        || connection().isBroken()
        || (hijacked && failure instanceof IOException)
        || (request.isCancelled() && failure instanceof CancellationException);
  }

  private void log(Throwable failure) {
    System.getLogger("dev.weft.http")
        .log(Level.ERROR, "the handler failed for " + request + " from " + connection(), failure);
  }

  // ---- Other protocols

  @Override
  public Hijacked upgrade(String protocol) throws IOException {
    checkNothingWritten();
    if (!request.wantsUpgrade(protocol)) {
      throw new HttpException(426, "the client did not ask for an upgrade of the connection")
          .header("Upgrade", protocol);
    }
    request.skipBody(); // else it would be taken for the beginning of the other protocol
    head.putUpgrade(protocol);
    return handOver();
  }

  @Override
  public Hijacked hijack() throws IOException {
    checkNothingWritten();
    return handOver();
  }

  private Hijacked handOver() throws IOException {
    body.abandon();
    hijacked = true;
    out.flush();
    return connection().handOver(request.takeReceived());
  }

  boolean isHijacked() {
    return hijacked;
  }

  @Override
  public String toString() {
    return "response " + head.status();
  }
}
