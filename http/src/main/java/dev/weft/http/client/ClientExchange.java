package dev.weft.http.client;

import dev.weft.http.Headers;
import dev.weft.http.internal.wire.BodyReader;
import dev.weft.http.internal.wire.FieldTable;
import dev.weft.http.internal.wire.HeadLimits;
import dev.weft.http.internal.wire.InputBuffer;
import dev.weft.http.internal.wire.MalformedException;
import dev.weft.http.internal.wire.OutputBuffer;
import dev.weft.http.internal.wire.ResponseHead;
import dev.weft.http.internal.wire.ResponseParser;
import dev.weft.net.Conn;
import dev.weft.net.pool.Lease;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response: their buffers, and what is known of them. Used again for the next
 * request.
 */
final class ClientExchange {
  private static final int BUFFER_SIZE = 8 << 10;

  /** How long the end of a response waits for the last bytes of its request. */
  private static final Duration LAST_BYTES = Duration.ofMillis(50);

  private static final int STATUS_LINE = 4096;

  /** A body of at most so many bytes is sent by the goroutine that reads the response. */
  private static final int INLINE = 64 << 10;

  private final HttpClient client;
  private final ExchangeConn conn;
  private final int maxHead;
  private final InputBuffer in = new InputBuffer(BUFFER_SIZE);
  private final OutputBuffer out = new OutputBuffer(BUFFER_SIZE);
  private final ResponseParser parser;
  private final BodyReader body;

  private @Nullable BodyWriter writer;
  private @Nullable IOException writeFailure;
  private @Nullable Duration keepAlive;
  private boolean received;
  private boolean reusable;
  private int informational;

  ClientExchange(HttpClient client) {
    this.client = client;
    conn = new ExchangeConn(client.timeouts());
    ClientLimits limits = client.limits();
    maxHead = limits.head() + 1;
    HeadLimits headLimits =
        new HeadLimits(
            Math.min(STATUS_LINE, limits.head()),
            limits.head(),
            limits.fields(),
            limits.valuesPerName());
    parser = new ResponseParser(headLimits);
    body = new BodyReader(in, headLimits);
  }

  // ---- Life cycle

  /**
   * Begins on a connection, which this exchange gives back or closes.
   *
   * @param leased the lease's connection, or a view of it
   */
  void begin(ClientRequest request, Lease<Route> lease, Conn leased, Deadline deadline) {
    conn.begin(request, lease, leased, deadline);
    writer = null;
    writeFailure = null;
    keepAlive = null;
    received = false;
    reusable = false;
    informational = 0;
    in.attach(conn);
    out.attach(conn);
    parser.reset();
  }

  /** Reports whether a byte of the response has come. */
  boolean hasReceived() {
    return received;
  }

  /** Reports whether the request's content failed, so that sending it again would be of no use. */
  boolean hasContentFailed() {
    return writer != null && writer.hasContentFailed();
  }

  // ---- The request

  /**
   * Sends the request and reads the head of the final response.
   *
   * @return the head, which holds until the body is read
   */
  ResponseHead exchange(boolean gzip) throws IOException {
    try {
      ResponseHead head = send(gzip);
      return head == null ? awaitFinalHead() : head;
    } catch (IOException e) {
      throw explain(e);
    }
  }

  /** Sends the request; returns a final head that came in place of 100 (Continue). */
  private @Nullable ResponseHead send(boolean gzip) throws IOException {
    ClientRequest request = conn.request();
    RequestHeadWriter.put(out, request, conn.route(), gzip);
    Content content = request.content();
    if (request.expectsContinue()) {
      out.flush();
      ResponseHead head = awaitContinue();
      if (head != null) {
        reusable = false; // the server may wait for the body
        return head;
      }
    }
    if (content == null || isInline(content)) {
      sendInline(content);
    } else {
      conn.awaitWhileSending();
      BodyWriter sending = new BodyWriter(conn, out, content);
      sending.start();
      writer = sending; // not before: if no goroutine can be started, there is none to end
    }
    return null;
  }

  private static boolean isInline(Content content) {
    return content instanceof ByteContent bytes && bytes.length() <= INLINE;
  }

  private void sendInline(@Nullable Content content) throws IOException {
    try {
      if (content instanceof ByteContent of) {
        out.write(of.bytes(), 0, of.bytes().length);
      }
      out.flush();
    } catch (SocketException e) {
      writeFailure = e; // the server may have answered before it closed the connection
    }
    conn.requestSent();
  }

  /** Waits for 100 (Continue) or a final head, for a limited time; null without a final head. */
  private @Nullable ResponseHead awaitContinue() throws IOException {
    conn.awaitContinue();
    try {
      ResponseHead head = nextHead();
      while (head.isInterim()) {
        boolean continues = head.status() == 100;
        passInterim(head);
        if (continues) {
          return null;
        }
        head = nextHead();
      }
      return accept(head);
    } catch (SocketTimeoutException e) {
      conn.checkDeadline(e);
      return null;
    }
  }

  // ---- The response

  private ResponseHead awaitFinalHead() throws IOException {
    ResponseHead head = nextHead();
    while (head.isInterim()) {
      passInterim(head);
      head = nextHead();
    }
    return accept(head);
  }

  private ResponseHead nextHead() throws IOException {
    while (!parser.parse(in.bytes(), in.position(), in.limit())) {
      if (in.isFull()) {
        if (in.position() > 0) {
          in.compact();
        } else {
          in.grow(maxHead + BUFFER_SIZE);
        }
      }
      if (in.fill() < 0) {
        throw new EOFException(
            received
                ? "the server closed the connection within the head of its response"
                : "the server closed the connection without a response");
      }
      received = true;
    }
    in.skip(parser.length());
    return parser.head();
  }

  private void passInterim(ResponseHead head) throws IOException {
    if (++informational > client.limits().informational()) {
      throw new MalformedException(502, "more than " + (informational - 1) + " responses of 1xx");
    }
    ClientRequest.InformationalHandler handler = conn.request().informational();
    if (handler != null && head.status() != 100) {
      handler.handle(head.status(), copy(head.fields()));
    }
    in.compact();
    parser.reset();
  }

  /** Goes over to the body, if there is one. */
  private ResponseHead accept(ResponseHead head) throws IOException {
    conn.headReceived();
    boolean toHead = conn.request().method().equals("HEAD");
    boolean ended = true;
    if (toHead || head.isBodiless()) {
      body.beginWithout();
      // A body after a 204 could be taken for the next response.
      ended = head.status() != 204 || !(head.isChunked() || head.contentLength() > 0);
    } else if (head.endsWithConnection()) {
      body.beginToEnd();
      ended = false;
    } else {
      body.begin(head, Long.MAX_VALUE);
    }
    reusable = ended && !head.wantsClose() && head.status() != 101;
    keepAlive = reusable ? KeepAlive.of(head.fields()) : null;
    if (head.status() == 101 && conn.request().upgrade() == null) {
      throw new MalformedException(502, "101 (Switching Protocols) that was not asked for");
    }
    return head;
  }

  static Headers copy(FieldTable table) {
    Headers fields = new Headers();
    for (int i = 0; i < table.size(); i++) {
      fields.add(table.name(i), table.value(i));
    }
    return fields;
  }

  /** How many bytes of the body are left, if they were all received already; else -1. */
  int receivedBody() {
    return body.left() <= in.available() ? (int) body.left() : -1;
  }

  /** How long the body is, or -1 when only its end tells. Before anything of it is read. */
  long bodyLength() {
    long left = body.left();
    return left == Long.MAX_VALUE ? -1 : left;
  }

  boolean hasBodyEnded() {
    return body.hasEnded();
  }

  int readBody(byte[] into, int offset, int length) throws IOException {
    try {
      return body.read(into, offset, length);
    } catch (IOException e) {
      throw explain(e);
    }
  }

  /** What came behind a chunked body. */
  Headers trailers() {
    return copy(body.trailers());
  }

  // ---- The end

  /** Skips the rest of the body, if all of it was received already: that costs nothing. */
  void skipReceivedBody() throws IOException {
    int left = receivedBody();
    if (left > 0) {
      readBody(new byte[left], 0, left);
    }
  }

  /** Ends the exchange: gives the connection back if it can be used again, and closes it if not. */
  void end() {
    boolean again = false;
    try {
      again = body.hasEnded() && isSent() && reusable && in.isEmpty();
    } finally {
      try {
        if (again) {
          conn.giveBack(keepAlive);
        } else {
          conn.close();
        }
      } finally {
        release();
      }
    }
  }

  /** Reports whether the whole request was sent; waits a little for the end of its body. */
  private boolean isSent() {
    BodyWriter sending = writer;
    if (sending == null) {
      return writeFailure == null;
    }
    if (!sending.hasEnded()) {
      sending.awaitEnd(LAST_BYTES);
    }
    return sending.hasSucceeded();
  }

  /** The connection that has gone over to another protocol; this exchange still has it, too. */
  UpgradedConn upgrade() throws IOException {
    byte[] behind = new byte[in.available()];
    System.arraycopy(in.bytes(), in.position(), behind, 0, behind.length);
    return conn.upgrade(behind);
  }

  /** Ends the exchange, and leaves the connection to what {@link #upgrade} has returned. */
  void endUpgraded() {
    conn.forget();
    release();
  }

  private void release() {
    BodyWriter sending = writer;
    body.end();
    if (sending == null || sending.hasEnded()) {
      in.detach();
      out.detach();
      client.exchanges().give(this);
    } else {
      sending.interrupt(); // the goroutine still uses the buffer, so this object is not reused
    }
  }

  // ---- Failures

  /**
   * Adds the phase to a failure and keeps its type.
   *
   * @throws CancellationException when the cancelled context has ended the sending
   */
  private IOException explain(IOException e) {
    ClientRequest of = conn.request();
    Throwable sending = writer == null ? writeFailure : writer.failure();
    if (sending instanceof SocketException && e instanceof SSLException) {
      e.addSuppressed(sending); // the alert is why the peer has ended the connection
      return e;
    }
    if (sending instanceof CancellationException cancelled && !hasContentFailed()) {
      cancelled.addSuppressed(e);
      throw cancelled;
    }
    if (sending != null && !(e instanceof MalformedException)) {
      if (sending != e) {
        sending.addSuppressed(e);
      }
      return sending instanceof IOException io
          ? io
          : new IOException(of + ": the content of the request failed: " + sending, sending);
    }
    return switch (e) {
      case MalformedException _ ->
          new MalformedResponseException(of + ": malformed response: " + e.getMessage(), e);
      case EOFException _ -> new EOFException(of + ": " + e.getMessage() + " (" + conn + ")");
      default -> e;
    };
  }
}
