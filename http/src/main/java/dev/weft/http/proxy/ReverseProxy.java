package dev.weft.http.proxy;

import dev.weft.http.Handler;
import dev.weft.http.Headers;
import dev.weft.http.HttpException;
import dev.weft.http.Request;
import dev.weft.http.Response;
import dev.weft.http.client.ClientRequest;
import dev.weft.http.client.ClientResponse;
import dev.weft.http.client.Content;
import dev.weft.http.client.HttpClient;
import dev.weft.http.client.ProxyRules;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Passes requests on to other servers, and streams their responses back.
 *
 * <pre>{@code
 * var proxy = ReverseProxy.to("http://127.0.0.1:8081", "http://127.0.0.1:8082");
 * HttpServer.start(":8080", proxy);
 * }</pre>
 *
 * <p>Fields of a single connection are not passed on, nor those that Connection names. Messages are
 * framed anew, and the server in front and the client behind refuse what is ambiguous, so that both
 * sides agree where each message ends. Via is extended; X-Forwarded-For, -Host and -Proto are set,
 * and what the client sent in any X-Forwarded field, in Forwarded or in X-Real-IP is dropped,
 * unless {@link Builder#extendForwarded} says otherwise. The Host field stays as the client sent
 * it.
 *
 * <p>A client that ends its stream has gone away: its request is broken off.
 *
 * <p>Servers take turns. A request goes to the next one when a server cannot be reached, or, if the
 * method is idempotent and there is no body that was read, when it closes the connection without a
 * response. Failures are answered with 502 (Bad Gateway), time-outs with 504 (Gateway Timeout), and
 * logged. When a server's response ends early, the client's connection is closed, so that it does
 * not take a part for the whole.
 *
 * <p>Safe for use by any number of threads. Closing it closes its connections.
 */
public final class ReverseProxy implements Handler, AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.weft.http");

  /** A body up to this length is read first, and can be sent again. */
  private static final int REPEATABLE = 64 << 10;

  private static final int BUFFER_SIZE = 16 << 10;
  private static final Set<String> IDEMPOTENT =
      Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE");

  private final Upstreams upstreams;
  private final HttpClient client;
  private final PassedFields fields;
  private final Set<String> upgrades;

  private ReverseProxy(Builder builder) {
    upstreams = new Upstreams(builder.targets);
    HttpClient.Builder how =
        builder.client == null ? HttpClient.builder().proxies(ProxyRules.none()) : builder.client;
    client = how.maxRedirects(0).withoutCompression().build();
    fields = new PassedFields(builder.pseudonym, builder.extendsForwarded, builder.keepsHost);
    upgrades = Set.copyOf(builder.upgrades);
  }

  /**
   * A proxy with the usual settings.
   *
   * @param targets URIs of http; a path there is put before those of requests
   */
  public static ReverseProxy to(String... targets) {
    return builder(targets).build();
  }

  /**
   * @param targets URIs of http; a path there is put before those of requests
   * @throws IllegalArgumentException when there is none, or one is no URI of http
   */
  public static Builder builder(String... targets) {
    return new Builder(targets);
  }

  @Override
  public void handle(Request request, Response response) throws Exception {
    if (request.method().equals("CONNECT")) {
      throw new HttpException(405, "this proxy makes no tunnels")
          .header("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    }
    PassedContent passed = null;
    Content content = null;
    if (request.contentLength() != 0) {
      if (isRepeatable(request)) {
        content = Content.of(request.readBody());
      } else {
        passed = new PassedContent(request);
        content = passed;
      }
    }
    try {
      pass(request, response, content, passed);
    } catch (CancellationException e) {
      if (!request.context().isCancelled()) {
        throw e;
      }
      // It may read on though it has ended its stream, and the access log is to tell it from a
      // failure of this handler.
      throw new HttpException(502, "the client has gone away, or its time has passed", e);
    } finally {
      if (passed != null) {
        passed.end();
      }
    }
  }

  private static boolean isRepeatable(Request request) {
    return request.contentLength() > 0
        && request.contentLength() <= REPEATABLE
        && request.header("Expect") == null;
  }

  private static boolean isIdempotent(Request request) {
    return IDEMPOTENT.contains(request.method());
  }

  private void pass(
      Request request, Response response, @Nullable Content content, @Nullable PassedContent passed)
      throws IOException {
    Headers passedFields = fields.ofRequest(request);
    String protocol = content == null ? protocol(request) : null;
    List<Upstreams.Upstream> inTurn = upstreams.inTurn();
    for (int i = 0; ; i++) {
      Upstreams.Upstream upstream = inTurn.get(i);
      ClientRequest onward = onward(request, upstream.uri, passedFields);
      if (content != null) {
        onward = onward.content(content);
        if (request.header("Expect") != null) {
          onward = onward.expectContinue();
        }
      }
      if (protocol != null) {
        onward = onward.upgrade(protocol);
      }
      onward = onward.onInformational((status, early) -> inform(response, status, early));
      ClientResponse received;
      try {
        received = client.send(request.context(), onward);
      } catch (IOException e) {
        boolean unreached = UpstreamFailures.isUnreached(e);
        if (unreached) {
          upstream.failed();
        }
        boolean untouched = passed == null || passed.isUntouched();
        boolean again = unreached || (isIdempotent(request) && !UpstreamFailures.isFinal(e));
        if (i + 1 == inTurn.size() || !untouched || !again) {
          throw UpstreamFailures.answer(request, e);
        }
        LOG.log(Level.DEBUG, "{0} cannot be reached, trying the next: {1}", upstream.uri, e);
        continue;
      }
      try (received) {
        passBack(request, response, received, protocol);
      }
      return;
    }
  }

  // ---- The request

  /**
   * The protocol that the client asks to switch to, if it is one that is passed on; or null. In
   * HTTP/1.0 a client cannot ask (RFC 9110, 7.8).
   */
  private @Nullable String protocol(Request request) {
    String asked = request.header("Upgrade");
    if (asked == null
        || request.protocol().equals("HTTP/1.0")
        || !request.headers().containsElement("Connection", "upgrade")) {
      return null;
    }
    return upgrades.stream().filter(asked::equalsIgnoreCase).findFirst().orElse(null);
  }

  private static ClientRequest onward(Request request, URI to, Headers fields)
      throws HttpException {
    String query = request.rawQuery();
    String path = request.rawPath();
    String before = to.getRawPath() == null ? "" : to.getRawPath().replaceFirst("/$", "");
    if (!before.isEmpty() && (request.path() + "/").contains("/../")) {
      throw new HttpException(
          400, "a path with a dot segment, which could lead out of the target's");
    }
    String target = path.equals("*") ? "*" : before + path;
    return ClientRequest.of(request.method(), to)
        .requestTarget(query == null ? target : target + "?" + query)
        .headers(fields);
  }

  // ---- The response

  private static void inform(Response response, int status, Headers fields) {
    if (status > 101) {
      try {
        response.sendInformational(status, HopByHop.passedOn(fields));
      } catch (IOException e) {
        // the final response will meet the same failure
      }
    }
  }

  private void passBack(
      Request request, Response response, ClientResponse received, @Nullable String protocol)
      throws IOException {
    fields.addResponse(received.headers(), response.headers());
    if (received.status() == 101) {
      if (!Objects.requireNonNull(protocol).equalsIgnoreCase(received.header("Upgrade"))) {
        received.upgraded().close();
        throw new HttpException(502, "the server behind this proxy switched to another protocol");
      }
      Tunnel.join(response, received.upgraded(), protocol);
      return;
    }
    response.status(received.status());
    if (request.method().equals("HEAD") || received.status() == 304) {
      String length = received.header("Content-Length");
      if (length != null) {
        response.header("Content-Length", length);
      }
      response.send();
    } else if (received.contentLength() == 0) {
      response.send();
    } else {
      passBody(request, response, received);
    }
  }

  private static void passBody(Request request, Response response, ClientResponse received)
      throws IOException {
    if (received.contentLength() > 0) {
      response.contentLength(received.contentLength());
    }
    InputStream body = received.body();
    byte[] buffer = new byte[BUFFER_SIZE];
    while (true) {
      int n;
      try {
        n = body.read(buffer);
      } catch (IOException e) {
        throw UpstreamFailures.answer(request, e); // the head was sent, so this ends the connection
      }
      if (n < 0) {
        break;
      }
      response.write(buffer, 0, n);
      if (body.available() == 0) {
        response.flush(); // the next piece may take long
      }
    }
    HopByHop.passedOn(received.trailers()).forEach(response.trailers()::add);
  }

  /** Closes the connections to the servers; requests under way fail. */
  @Override
  public void close() {
    client.close();
  }

  /** Builds a proxy. Not safe for use by several threads. */
  public static final class Builder {
    private final List<URI> targets = new ArrayList<>();
    private HttpClient.@Nullable Builder client;
    private String pseudonym = "weft";
    private boolean extendsForwarded;
    private boolean keepsHost = true;
    private List<String> upgrades = List.of("websocket");

    private Builder(String... uris) {
      if (uris.length == 0) {
        throw new IllegalArgumentException("a proxy needs a server behind it");
      }
      for (String uri : uris) {
        URI target = URI.create(uri);
        ClientRequest.of("GET", target); // checks it
        targets.add(target);
      }
    }

    /**
     * Sets the client for requests to the servers, with its time-outs and limits; its redirects and
     * its compression are turned off.
     */
    public Builder client(HttpClient.Builder how) {
      client = Objects.requireNonNull(how, "client");
      return this;
    }

    /** Sets the name of this proxy in Via. The default is {@code weft}. */
    public Builder pseudonym(String name) {
      pseudonym = Objects.requireNonNull(name, "name");
      return this;
    }

    /**
     * Keeps Forwarded and X-Forwarded-* fields of requests and extends them: for a proxy behind
     * another one that sets them.
     */
    public Builder extendForwarded() {
      extendsForwarded = true;
      return this;
    }

    /** Sends the target's host in the Host field, in place of the one that the client sent. */
    public Builder hostOfTarget() {
      keepsHost = false;
      return this;
    }

    /**
     * Sets the protocols that connections may be upgraded to. The default is {@code websocket}.
     * Others are not passed on, because a server that switches to one of its own bypasses what the
     * proxy checks.
     */
    public Builder upgrades(String... protocols) {
      upgrades = List.of(protocols);
      return this;
    }

    public ReverseProxy build() {
      return new ReverseProxy(this);
    }
  }
}
