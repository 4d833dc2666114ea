package dev.weft.http;

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
 * Hands each request to the handler of the most specific route that matches.
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
 * <p><b>Patterns.</b> A segment in braces is a parameter: it matches one segment that is not empty.
 * One with three dots, at the end, is a wildcard: it matches all of the rest, also when that is
 * empty ({@code /files/}, but not {@code /files}). Everything else matches itself. Segments are
 * compared with percent-encoding resolved; a slash that is encoded does not divide.
 *
 * <p><b>Which wins.</b> A route of the request's host before one of any host; a literal segment
 * before a parameter before a wildcard, from the left; a route of the method before one of any
 * method. Two routes of which neither is more specific are refused when they are added.
 *
 * <p><b>What else it answers.</b> HEAD with the route of GET; OPTIONS with the methods there are;
 * 405 with them when there is none for the method; 404 when no route matches; 400 for paths with
 * {@code .} or {@code ..} as a segment, which clients resolve before they ask.
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
        route.handler().handle(request, response);
        return;
      }
    }
    List<String> segments = split(request);
    Route route = find(ofHost, segments, method);
    if (route == null && method.equals(HEAD)) {
      route = find(ofHost, segments, "GET");
    }
    if (route != null) {
      if (setValues(request, route.pattern(), segments)) {
        route.handler().handle(request, response);
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

  /** The routes of the host, or else of the longest wildcard that it matches. */
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
      String segment = Parameters.decode(path, from, to, false);
      if (segment.equals(".") || segment.equals("..")) {
        throw new HttpException(400, "a path with a dot segment");
      }
      segments.add(segment);
      from = to + 1;
    }
    return segments;
  }

  /** Returns false when a wildcard would take an encoded slash for one that divides. */
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

  /** Collects routes. Not safe for use by several threads. */
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
     * @throws IllegalArgumentException when the pattern is not written as it must be, or some
     *     requests match an earlier route as well and neither is more specific
     */
    public Builder route(String method, String pattern, Handler handler) {
      Objects.requireNonNull(handler, "handler");
      tree.add(new Route(method, RoutePattern.parse(pattern), handler));
      return this;
    }

    /** Adds a route for GET, and for HEAD unless that has one; see {@link #route}. */
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

    /** Adds a route for the methods that have none of their own; see {@link #route}. */
    public Builder any(String pattern, Handler handler) {
      return route(Route.ANY, pattern, handler);
    }

    /**
     * Adds routes that hold for one host only.
     *
     * @param name a host without a port, or {@code *.} and a domain for all below it
     * @throws IllegalStateException within the routes of another host
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

    /** Sets the handler of requests that no route matches; they are answered with 404 otherwise. */
    public Builder notFound(Handler handler) {
      notFound = Objects.requireNonNull(handler, "handler");
      return this;
    }

    public Router build() {
      return new Router(this);
    }
  }
}
