package dev.weft.http;

import dev.weft.http.internal.wire.PercentEncoding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Passes each request to the handler of the most specific route that matches.
 *
 * <pre>{@code
 * var router = Router.builder()
 *     .get("/", (request, response) -> response.send("home"))
 *     .get("/users/{id}", (request, response) -> response.send(request.pathValue("id")))
 *     .any("/files/{path...}", files)
 *     .host("api.example.com", api -> api.post("/orders", orders))
 *     .build();
 * }</pre>
 *
 * <p><b>Patterns.</b> A segment in braces is a parameter, which matches one non-empty segment. With
 * three dots, at the end, it is a wildcard, which matches the rest, also when that is empty ({@code
 * /files/}, but not {@code /files}). Other segments are literal. Segments are compared after
 * percent-decoding; an encoded slash is not a separator.
 *
 * <p><b>Precedence.</b> A route of the request's host precedes one of any host; a literal segment
 * precedes a parameter, which precedes a wildcard, from the left. Of the routes of one pattern,
 * that of the method precedes one of any method; HEAD uses that of GET if it has none of its own.
 * Of two routes that match the same request one must be more specific, or adding the second one
 * fails.
 *
 * <p><b>Other responses.</b> OPTIONS returns the allowed methods. The status is 405, with the
 * allowed methods, when the path has no route for the method; 404 when no route matches; 400 for
 * paths with a segment {@code .} or {@code ..}, which clients must resolve.
 *
 * <p>Immutable, and safe for use by any number of threads.
 */
public final class Router implements Handler {
  private static final String HEAD = "HEAD";
  private static final String OPTIONS = "OPTIONS";

  private final RouteTree anyHost;
  private final Map<String, RouteTree> hosts;
  private final Handler notFound;

  private Router(Builder builder) {
    anyHost = builder.tree;
    hosts = Map.copyOf(builder.hosts);
    notFound = builder.notFound;
  }

  public static Builder builder() {
    return new Builder(true);
  }

  @Override
  public void handle(Request request, Response response) throws Exception {
    String method = request.method();
    RouteTree ofHost = hosts.isEmpty() ? null : treeOf(request.host());
    if (ofHost == null) {
      Route route = anyHost.findLiteral(request.rawPath(), method);
      if (route != null) {
        route.serve(request, response);
        return;
      }
    }
    List<String> segments = split(request);
    Route route = find(ofHost, segments, method);
    if (route != null) {
      if (setValues(request, route.pattern(), segments)) {
        route.serve(request, response);
      } else {
        notFound.handle(request, response);
      }
    } else {
      answerWithoutRoute(request, response, ofHost, segments);
    }
  }

  private @Nullable Route find(@Nullable RouteTree ofHost, List<String> segments, String method) {
    Route route = ofHost == null ? null : ofHost.find(segments, method);
    return route == null ? anyHost.find(segments, method) : route;
  }

  /** Returns the routes of the host, or else of the longest wildcard that matches it. */
  private @Nullable RouteTree treeOf(String authority) {
    int colon = authority.lastIndexOf(':');
    boolean port = colon >= 0 && authority.indexOf(']', colon) < 0;
    String host = (port ? authority.substring(0, colon) : authority).toLowerCase(Locale.ROOT);
    RouteTree tree = hosts.get(host);
    for (int dot = host.indexOf('.'); tree == null && dot >= 0; dot = host.indexOf('.', dot + 1)) {
      tree = hosts.get("*" + host.substring(dot));
    }
    return tree;
  }

  private static List<String> split(Request request) throws HttpException {
    String path = request.rawPath();
    List<String> segments = new ArrayList<>();
    for (int from = path.startsWith("/") ? 1 : 0; from <= path.length(); ) {
      int slash = path.indexOf('/', from);
      int to = slash < 0 ? path.length() : slash;
      String segment = PercentEncoding.decode(path, from, to, false);
      if (segment.equals(".") || segment.equals("..")) {
        throw new HttpException(400, "a path with a dot segment");
      }
      segments.add(segment);
      from = to + 1;
    }
    return segments;
  }

  /**
   * Returns false when a wildcard's value would contain an encoded slash, which cannot be
   * distinguished from a separator.
   */
  private static boolean setValues(Request request, RoutePattern pattern, List<String> segments) {
    List<RoutePattern.Segment> expected = pattern.segments();
    for (int i = 0; i < expected.size(); i++) {
      String name = expected.get(i).name();
      if (name != null) {
        request.setPathValue(name, segments.get(i));
      }
    }
    String wildcard = pattern.wildcard();
    if (wildcard != null) {
      List<String> rest = segments.subList(expected.size(), segments.size());
      if (rest.stream().anyMatch(segment -> segment.indexOf('/') >= 0)) {
        return false;
      }
      request.setPathValue(wildcard, String.join("/", rest));
    }
    return true;
  }

  private void answerWithoutRoute(
      Request request, Response response, @Nullable RouteTree ofHost, List<String> segments)
      throws Exception {
    if (request.path().equals("*")) {
      response.status(204);
      return;
    }
    Set<String> methods = new TreeSet<>();
    if (ofHost != null) {
      ofHost.collectMethods(segments, methods);
    }
    anyHost.collectMethods(segments, methods);
    if (methods.isEmpty()) {
      notFound.handle(request, response);
      return;
    }
    if (methods.contains("GET")) {
      methods.add(HEAD);
    }
    methods.add(OPTIONS);
    response.header("Allow", String.join(", ", methods));
    if (request.method().equals(OPTIONS)) {
      response.status(204);
    } else {
      response.status(405).send("405 Method Not Allowed\n");
    }
  }

  private static void answerNotFound(Request request, Response response) throws IOException {
    response.status(404).send("404 Not Found\n");
  }

  /** Builds a router. Not safe for use by several threads. */
  public static final class Builder {
    private final RouteTree tree = new RouteTree();
    private final Map<String, RouteTree> hosts = new HashMap<>();
    private final boolean ofAnyHost;
    private Handler notFound = Router::answerNotFound;

    private Builder(boolean ofAnyHost) {
      this.ofAnyHost = ofAnyHost;
    }

    /**
     * Adds a route for one method.
     *
     * @throws IllegalArgumentException when the syntax of the pattern is invalid, or a request can
     *     match this and an earlier route of which neither is more specific
     */
    public Builder route(String method, String pattern, Handler handler) {
      Objects.requireNonNull(handler, "handler");
      tree.add(new Route(method, RoutePattern.parse(pattern), handler));
      return this;
    }

    /** Adds a route for GET, which also serves HEAD unless that has its own; see {@link #route}. */
    public Builder get(String pattern, Handler handler) {
      return route("GET", pattern, handler);
    }

    /** Adds a route for POST; see {@link #route}. */
    public Builder post(String pattern, Handler handler) {
      return route("POST", pattern, handler);
    }

    /** Adds a route for PUT; see {@link #route}. */
    public Builder put(String pattern, Handler handler) {
      return route("PUT", pattern, handler);
    }

    /** Adds a route for PATCH; see {@link #route}. */
    public Builder patch(String pattern, Handler handler) {
      return route("PATCH", pattern, handler);
    }

    /** Adds a route for DELETE; see {@link #route}. */
    public Builder delete(String pattern, Handler handler) {
      return route("DELETE", pattern, handler);
    }

    /** Adds a route for all methods without a route of their own; see {@link #route}. */
    public Builder any(String pattern, Handler handler) {
      return route(Route.ANY, pattern, handler);
    }

    /**
     * Adds routes for one host.
     *
     * @param name a host without a port, or {@code *.} and a domain for all below it
     * @throws IllegalStateException inside the routes of another host
     */
    public Builder host(String name, Consumer<Builder> routes) {
      if (!ofAnyHost) {
        throw new IllegalStateException("a host within the routes of a host");
      }
      Builder inner = new Builder(false);
      routes.accept(inner);
      if (hosts.putIfAbsent(name.toLowerCase(Locale.ROOT), inner.tree) != null) {
        throw new IllegalArgumentException("two sets of routes for the host " + name);
      }
      return this;
    }

    /** Sets the handler of requests that no route matches. The default responds with 404. */
    public Builder notFound(Handler handler) {
      notFound = Objects.requireNonNull(handler, "handler");
      return this;
    }

    public Router build() {
      return new Router(this);
    }
  }
}
