package dev.weft.http.client;

import dev.weft.context.Context;
import dev.weft.http.Headers;
import dev.weft.http.internal.wire.ResponseHead;
import dev.weft.net.Conn;
import dev.weft.net.pool.Lease;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.CookieHandler;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One call of a client: a request, its redirects and retries. */
final class Call {
  private final HttpClient client;
  private final Context context;
  private final Deadline deadline;

  Call(HttpClient client, Context context) {
    this.client = client;
    this.context = context;
    deadline = Deadline.in(client.timeouts().total());
  }

  /** Sends the request and follows redirects. */
  ClientResponse run(ClientRequest first) throws IOException {
    ClientRequest request = first;
    for (int hops = 0; ; hops++) {
      ClientResponse response = sendOnce(request);
      ClientRequest next = null;
      try {
        if (response.status() == 417 && request.expectsContinue()) {
          next = request.hasRepeatableContent() ? request.withoutExpectation() : null;
        } else if (client.maxRedirects() > 0) {
          next = Redirects.next(request, response);
        }
        if (next != null && hops >= Math.max(1, client.maxRedirects())) {
          throw new IOException(first + ": more than " + hops + " redirects");
        }
      } catch (Throwable e) {
        discard(response);
        throw e;
      }
      if (next == null) {
        return response;
      }
      response.close();
      request = next;
    }
  }

  private ClientResponse sendOnce(ClientRequest request) throws IOException {
    CookieHandler cookies = client.cookies();
    if (cookies == null) {
      return exchange(request);
    }
    ClientResponse response = exchange(withCookies(request, cookies));
    try {
      cookies.put(request.uri(), response.headers().toMap());
    } catch (Throwable e) {
      discard(response);
      throw e;
    }
    return response;
  }

  /** Ends the exchange, and the upgraded connection that the caller does not get. */
  private static void discard(ClientResponse response) {
    try (UpgradedConn _ = response.status() == 101 ? response.upgraded() : null) {
      response.close();
    }
  }

  /** Adds what the cookie handler has for this URI. */
  private static ClientRequest withCookies(ClientRequest request, CookieHandler cookies)
      throws IOException {
    ClientRequest with = request;
    for (Map.Entry<String, List<String>> field :
        cookies.get(request.uri(), request.fields().toMap()).entrySet()) {
      if (!field.getValue().isEmpty()) {
        // One field, with what the caller has set (RFC 6265, 5.4).
        List<String> all = new ArrayList<>(with.fields().all(field.getKey()));
        all.addAll(field.getValue());
        with = with.header(field.getKey(), String.join("; ", all));
      }
    }
    return with;
  }

  /**
   * Sends the request, on another connection again if one that was reused turns out to be closed:
   * that happens when the server closes it just then. Ends, because each repetition takes one
   * connection less that is reused.
   */
  private ClientResponse exchange(ClientRequest request) throws IOException {
    Route route = client.route(request);
    while (true) {
      Lease<Route> lease = take(request, route);
      ClientExchange exchange = begin(request, lease);
      boolean reused = lease.isReused();
      Answer answer;
      try {
        answer = receive(request, exchange);
      } catch (IOException e) {
        boolean retry =
            reused
                && !exchange.hasReceived()
                && !exchange.hasContentFailed()
                && !(e instanceof InterruptedIOException)
                && request.isRepeatable();
        exchange.end();
        if (!retry) {
          throw e;
        }
        continue;
      } catch (Throwable e) {
        exchange.end();
        throw e;
      }
      return response(request, answer, exchange);
    }
  }

  /** Begins an exchange, which gives the connection back or closes it. */
  private ClientExchange begin(ClientRequest request, Lease<Route> lease) {
    try {
      ClientExchange exchange = client.exchanges().take();
      exchange.begin(request, lease, view(lease.conn()), deadline);
      return exchange;
    } catch (Throwable e) {
      lease.close();
      throw e;
    }
  }

  private Lease<Route> take(ClientRequest request, Route route) throws IOException {
    deadline.check(request, null);
    try {
      return client.pool().take(context, route, deadline.limit(client.timeouts().connect()));
    } catch (SocketTimeoutException e) {
      deadline.check(request, e);
      throw e;
    }
  }

  private Conn view(Conn conn) {
    return context == Context.background() ? conn : conn.withContext(context);
  }

  /**
   * What was received. The body ends the exchange if it is still to come.
   *
   * @param length of the body, or -1 when it is not known
   * @param gzip whether a compressed body is to be decompressed
   */
  private record Answer(
      ReceivedHead head,
      BodyStream body,
      long length,
      boolean gzip,
      @Nullable UpgradedConn upgraded) {}

  private Answer receive(ClientRequest request, ClientExchange exchange) throws IOException {
    boolean gzip = client.decompresses() && RequestHeadWriter.asksForGzip(request);
    ResponseHead head = exchange.exchange(gzip);
    var received =
        new ReceivedHead(head.status(), head.reason(), ClientExchange.copy(head.fields()));
    if (head.status() == 101) {
      BodyStream none = new BodyStream(new byte[0]);
      return new Answer(received, none, 0, false, exchange.upgrade());
    }
    long length = exchange.bodyLength();
    return new Answer(received, body(exchange), length, gzip, null);
  }

  /**
   * Ends the exchange, unless the body is still to come: then its end does. Whatever fails here,
   * that happens once, since another call may use the exchange afterwards.
   */
  private ClientResponse response(ClientRequest request, Answer answer, ClientExchange exchange) {
    try {
      if (answer.upgraded != null) {
        exchange.endUpgraded();
      } else if (!answer.body.hasExchange()) {
        exchange.end();
      }
      ReceivedHead head = answer.head;
      BodyStream raw = answer.body;
      int inMemory = client.limits().inMemory();
      Headers fields = head.headers();
      if (answer.gzip && answer.length != 0 && isGzip(fields)) {
        fields.remove("Content-Encoding").remove("Content-Length");
        ResponseStream decompressed = new GunzipStream(request, raw, client.limits().expansion());
        return new ClientResponse(request, head, raw, decompressed, -1, inMemory, null);
      }
      return new ClientResponse(request, head, raw, raw, answer.length, inMemory, answer.upgraded);
    } catch (Throwable e) {
      answer.body.close();
      if (answer.upgraded != null) {
        answer.upgraded.close();
      }
      throw e;
    }
  }

  /** The body. A body that was received with the head does not hold the connection. */
  private static BodyStream body(ClientExchange exchange) throws IOException {
    int left = exchange.receivedBody();
    if (left < 0) {
      return new BodyStream(exchange);
    }
    byte[] bytes = new byte[left];
    if (left > 0) {
      exchange.readBody(bytes, 0, left);
    }
    return new BodyStream(bytes);
  }

  private static boolean isGzip(Headers fields) {
    String encoding = fields.get("Content-Encoding");
    return encoding != null
        && (encoding.equalsIgnoreCase("gzip") || encoding.equalsIgnoreCase("x-gzip"));
  }
}
