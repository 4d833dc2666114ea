package dev.weft.http.server;

import dev.weft.Task;
import dev.weft.Weft;
import dev.weft.http.Handler;
import dev.weft.http.HttpException;
import dev.weft.http.internal.wire.HeadLimits;
import dev.weft.http.internal.wire.InputBuffer;
import dev.weft.http.internal.wire.MalformedException;
import dev.weft.http.internal.wire.OutputBuffer;
import dev.weft.http.internal.wire.RequestParser;
import dev.weft.http.internal.wire.StatusLines;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/**
 * The objects that serve one request: buffers, parser, request and response, reused for further
 * requests on any connection. A connection has one only while it serves requests, so idle
 * connections hold no buffers.
 */
final class Exchange {
  /** The results of reading a head. */
  private enum Arrival {
    HEAD,
    NOTHING,
    END
  }

  static final int BUFFER_SIZE = 8 << 10;

  /** How much of the line of a refused request is logged. */
  private static final int LOGGED = 1024;

  private final ServerState server;
  private final int maxHead;
  final InputBuffer in = new InputBuffer(BUFFER_SIZE);
  final OutputBuffer out = new OutputBuffer(BUFFER_SIZE);
  private final RequestParser parser;
  private final ServerRequest request;
  private final ServerResponse response;
  private final Task sender = out::sendOffered;

  /** Whether all received bytes are consumed and the request has no more. */
  private boolean consumed;

  Exchange(ServerState server) {
    this.server = server;
    ServerLimits limits = server.limits();
    HeadLimits headLimits =
        new HeadLimits(
            limits.requestLine(), limits.head(), limits.fields(), limits.valuesPerName());
    maxHead = limits.head() + 1;
    parser = new RequestParser(headLimits);
    request = new ServerRequest(server, in, headLimits);
    response = new ServerResponse(server, out, request);
  }

  /**
   * Serves requests until the client is idle.
   *
   * @return whether the connection can be used further
   */
  boolean serve(HttpConnection connection) throws IOException {
    in.attach(connection);
    out.attach(connection.output());
    connection.attach(this);
    try {
      return serveAll(connection);
    } finally {
      connection.detach();
      in.detach();
      out.detach();
    }
  }

  private boolean serveAll(HttpConnection connection) throws IOException {
    if (in.fill() < 0) {
      return false;
    }
    do {
      Arrival arrival = readHead(connection);
      if (arrival != Arrival.HEAD) {
        out.flush();
        return arrival == Arrival.NOTHING;
      }
      in.skip(parser.length());
      offerResponses();
      if (!serveRequest(connection)) {
        close(connection);
        return false;
      }
      connection.startPhase(ReadPhase.IDLE);
    } while (!in.isEmpty());
    out.flush();
    return true;
  }

  /**
   * Has the responses to earlier requests sent, in case the next handler takes long. The goroutine
   * that sends them runs when this one blocks or has used up its time slice, or at once where a
   * processor is idle; when the handler is done before, it finds nothing to send.
   */
  private void offerResponses() {
    if (out.offer()) {
      Weft.go(sender);
    }
  }

  private void close(HttpConnection connection) throws IOException {
    if (response.isHijacked()) {
      return;
    }
    out.flush();
    if (!consumed) {
      connection.linger();
    }
  }

  /** Reads until a head is complete, or all received bytes are consumed. */
  private Arrival readHead(HttpConnection connection) throws IOException {
    parser.reset();
    try {
      while (!parser.parse(in.bytes(), in.position(), in.limit())) {
        if (!parser.hasBegun()) {
          if (connection.hasTooManyEmptyLines(parser.length())) {
            refuse(connection, 400, "empty lines without end");
            return Arrival.END;
          }
          in.skip(parser.length());
          connection.startPhase(ReadPhase.IDLE);
          return Arrival.NOTHING;
        }
        makeRoom();
        connection.startPhase(ReadPhase.HEAD);
        if (in.fill() < 0) {
          return Arrival.END;
        }
      }
      return Arrival.HEAD;
    } catch (MalformedException e) {
      refuse(connection, e.status(), String.valueOf(e.getMessage()));
    } catch (SocketTimeoutException e) {
      refuse(connection, 408, "the head did not come in time");
    }
    return Arrival.END;
  }

  private void makeRoom() {
    if (in.isFull()) {
      if (in.position() > 0) {
        in.compact();
      } else {
        in.grow(maxHead + BUFFER_SIZE);
      }
    }
  }

  private boolean serveRequest(HttpConnection connection) throws IOException {
    parser.head().locate(in.bytes(), in.position() - parser.length() + parser.begin());
    try {
      request.begin(connection, parser.head());
      response.begin(connection);
      try {
        connection.startPhase(ReadPhase.BODY);
        Handler handler = server.handler();
        try {
          request.startBody();
        } catch (HttpException e) {
          handler = server.refusing(e);
        }
        handler.handle(request, response);
      } catch (Throwable failure) {
        response.fail(failure);
      }
      Thread.interrupted(); // an interrupt that the handler did not clear must not reach the next
      // request
      boolean reusable = response.complete();
      consumed = request.isConsumed();
      return reusable;
    } finally {
      request.end();
      response.end();
    }
  }

  /**
   * Responds to a malformed request and closes the connection: the next request cannot be located.
   */
  private void refuse(HttpConnection connection, int status, String message) throws IOException {
    byte[] body =
        (status + " " + StatusLines.reason(status) + ": " + message + "\n")
            .getBytes(StandardCharsets.UTF_8);
    server.refused(connection.remoteAddress(), firstLine(), status, body.length);
    out.put(StatusLines.line(status)).put(server.clock().dateLine());
    out.putField("Content-Type", "text/plain; charset=utf-8");
    out.put("Content-Length: ").putDecimal(body.length).endLine();
    out.putField("Connection", "close").endLine().put(body);
    connection.linger();
  }

  /** What came of the request's first line, for the access log. */
  private String firstLine() {
    byte[] bytes = in.bytes();
    int from = in.position();
    while (from < in.limit() && (bytes[from] == '\r' || bytes[from] == '\n')) {
      from++;
    }
    int to = from;
    int end = Math.min(in.limit(), from + LOGGED);
    while (to < end && bytes[to] != '\r' && bytes[to] != '\n') {
      to++;
    }
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }
}
