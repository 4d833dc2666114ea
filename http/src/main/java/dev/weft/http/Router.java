package dev.weft.http;

import dev.weft.http.internal.wire.Ascii;
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
 *     .under("/admin", admin -> admin.get("/jobs", jobs).delete("/jobs/{id}", cancel))
 *     .host("api.example.com", api -> api.post("/orders", orders))
 *     .build();
 * }</pre>
 *
 * <p><b>Patterns.</b> A segment in braces is a parameter, which matches one non-empty segment. With
 * three dots, at the end, it is a wildcard, which matches the rest, also when that is empty ({@code
 * /files/}, but not {@code /files}). Other segments are literal. Segments are compared after
 * percent-decoding, also that of the pattern; an encoded slash is not a separator.
 *
 * <p><b>Precedence.</b> A route of the request's host precedes one of any host; a literal segment
 * precedes a parameter, which precedes a wildcard, from the left. Of the routes of one pattern,
 * that of the method precedes one of any method; HEAD uses that of GET if it has none of its own.
 * Of two routes that match the same request one must be more specific, or adding the second one
 * fails.
 *
 * <p><b>Other responses.</b> OPTIONS returns the allowed methods. The status is 405, with the
 * allowed methods, when the path has no route for the method; 404 when no route matches; 400 for
 * paths with a segment {@code .} or {@code ..}, which clients must resolve. GET and HEAD are
 * redirected with 301 when only a slash at the end of the path is missing, as from {@code /files}
 * to {@code /files/}.
 *
 * <p>Immutable, and safe for use by any number of threads.
 */
public final class Router implements Handler {
  private static final String HEAD = "HEAD";
  private static final String OPTIONS = "OPTIONS";
  private static final Middleware NONE = next -> next;

  private final RouteTree anyHost;
  private final Map<String, RouteTree> hosts;
  private final Handler notFound;

  private Router(Builder builder) {
    anyHost = builder.tree;
    hosts = Map.copyOf(builder.hosts);
    notFound = builder.notFound;
  }

  public static Builder builder() {
    return new Builder(new RouteTree(), "", NONE, true);
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
      if (lacksSlash(request, ofHost, segments)) {
        String query = request.rawQuery();
        response.redirect(301, request.rawPath() + "/" + (query == null ? "" : "?" + query));
      } else {
        notFound.handle(request, response);
      }
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

  /**
   * Reports whether the path with a slash at its end has a route. Two slashes in front, or one and
   * a backslash, would name another host in a Location field.
   */
  private boolean lacksSlash(Request request, @Nullable RouteTree ofHost, List<String> segments) {
    String path = request.rawPath();
    boolean redirectable =
        (request.method().equals("GET") || request.method().equals(HEAD))
            && path.length() > 1
            && path.charAt(1) != '/'
            && path.charAt(1) != '\\';
    if (!redirectable) {
      return false;
    }
    List<String> withSlash = new ArrayList<>(segments);
    withSlash.add("");
    return find(ofHost, withSlash, request.method()) != null;
  }

  private static void answerNotFound(Request request, Response response) throws IOException {
    response.status(404).send("404 Not Found\n");
  }

  /** Builds a router. Not safe for use by several threads. */
  public static final class Builder {
    private final RouteTree tree;
    private final String prefix;
    private final Middleware around;

    /** Whether it builds the router, and not only some of its routes. */
    private final boolean whole;

    private final Map<String, RouteTree> hosts = new HashMap<>();
    private Handler notFound = Router::answerNotFound;

    private Builder(RouteTree tree, String prefix, Middleware around, boolean whole) {
      this.tree = tree;
      this.prefix = prefix;
      this.around = around;
      this.whole = whole;
    }

    /**
     * Adds a route for one method.
     *
     * @throws IllegalArgumentException when the syntax of the pattern is invalid, or a request can
     *     match this and an earlier route of which neither is more specific
     */
    public Builder route(String method, String pattern, Handler handler) {
      Objects.requireNonNull(handler, "handler");
      if (!Ascii.isToken(method)) {
        throw new IllegalArgumentException("not a method: \"" + method + "\"");
      }
      if (!pattern.isEmpty() && !pattern.startsWith("/")) {
        throw new IllegalArgumentException(
            "the route \"" + pattern + "\" does not begin with a slash");
      }
      tree.add(new Route(method, RoutePattern.parse(prefix + pattern), around.wrap(handler)));
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
     * Adds routes below a path: their patterns are put behind it, and an empty pattern is the path
     * itself. Handlers see the whole path.
     *
     * @param path a pattern without a slash at its end, such as {@code /api} or {@code
     *     /teams/{team}}
     * @throws IllegalArgumentException when the syntax of the path is invalid, or it has a wildcard
     */
    public Builder under(String path, Consumer<Builder> routes) {
      if (path.endsWith("/") || RoutePattern.parse(path).wildcard() != null) {
        throw new IllegalArgumentException(
            "the path \"" + path + "\" of routes ends with a slash or a wildcard");
      }
      routes.accept(new Builder(tree, prefix + path, around, false));
      return this;
    }

    /**
     * Adds routes whose handlers this middleware wraps, each by itself, inside of that of the
     * routes around these. It sees no request that none of them matches.
     *
     * <pre>{@code
     * router.under("/admin", admin -> admin.with(signedIn, its -> its.get("/jobs", jobs)))
     * }</pre>
     */
    public Builder with(Middleware middleware, Consumer<Builder> routes) {
      routes.accept(new Builder(tree, prefix, around.then(middleware), false));
      return this;
    }

    /**
     * Adds routes for one host.
     *
     * @param name a host without a port, or {@code *.} and a domain for all below it
     * @throws IllegalArgumentException when the name is not one, or has routes already
     * @throws IllegalStateException inside the routes of another host or of a path
     */
    public Builder host(String name, Consumer<Builder> routes) {
      requireWhole("a host");
      if (!isHost(name.startsWith("*.") ? name.substring(2) : name)) {
        throw new IllegalArgumentException("not a host without a port: \"" + name + "\"");
      }
      Builder inner = new Builder(new RouteTree(), "", around, false);
      routes.accept(inner);
      if (hosts.putIfAbsent(name.toLowerCase(Locale.ROOT), inner.tree) != null) {
        throw new IllegalArgumentException("two sets of routes for the host " + name);
      }
      return this;
    }

    private static boolean isHost(String name) {
      boolean literal = name.startsWith("[") && name.endsWith("]");
      return !name.isEmpty()
          && name.chars()
              .allMatch(c ->
                  Character.isLetterOrDigit(c)
                      || "-._~".indexOf(c) >= 0
                      || (literal && "[:]".indexOf(c) >= 0));
    }

    private void requireWhole(String what) {
      if (!whole) {
        throw new IllegalStateException(what + " within the routes of a host or of a path");
      }
    }

    /**
     * Sets the handler of requests that no route matches. The default responds with 404.
     *
     * @throws IllegalStateException inside the routes of a host or of a path
     */
    public Builder notFound(Handler handler) {
      requireWhole("a handler of requests that no route matches");
      notFound = Objects.requireNonNull(handler, "handler");
      return this;
    }

    /**
     * @throws IllegalStateException inside the routes of a host or of a path
     */
    public Router build() {
      requireWhole("a router");
      return new Router(this);
    }
  }
}
