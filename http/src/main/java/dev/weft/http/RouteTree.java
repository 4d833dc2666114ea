package dev.weft.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one host, by the segments of their patterns. Tries a literal segment first, then a
 * parameter, then a wildcard, and backtracks if that finds no route. Immutable once built.
 */
final class RouteTree {
  /** A node of the tree, reached from the root by one edge per segment. */
  private static final class Node {
    final Map<String, Node> literals = new HashMap<>();
    @Nullable Node parameter;
    final List<Route> routes = new ArrayList<>();
    final List<Route> wildcards = new ArrayList<>();
  }

  private final Node root = new Node();
  private final List<Route> all = new ArrayList<>();

  /** Routes without parameters by their path, for a look-up without splitting the path. */
  private final Map<String, List<Route>> literalRoutes = new HashMap<>();

  void add(Route route) {
    all.forEach(route::checkAgainst);
    all.add(route);
    Node node = root;
    for (RoutePattern.Segment segment : route.pattern().segments()) {
      String literal = segment.literal();
      if (literal != null) {
        node = node.literals.computeIfAbsent(literal, _ -> new Node());
      } else {
        if (node.parameter == null) {
          node.parameter = new Node();
        }
        node = node.parameter;
      }
    }
    (route.pattern().wildcard() == null ? node.routes : node.wildcards).add(route);
    if (route.pattern().isLiteral()) {
      literalRoutes.computeIfAbsent(route.pattern().toString(), _ -> new ArrayList<>()).add(route);
    }
  }

  /** Returns the route of exactly this path, if its pattern has no parameters. */
  @Nullable Route findLiteral(String rawPath, String method) {
    List<Route> routes = literalRoutes.get(rawPath);
    return routes == null ? null : pick(routes, method);
  }

  /** Returns the most specific route for the path and the method, or null. */
  @Nullable Route find(List<String> segments, String method) {
    return find(root, segments, 0, method);
  }

  private static @Nullable Route find(Node node, List<String> segments, int depth, String method) {
    if (depth == segments.size()) {
      return pick(node.routes, method);
    }
    Node literal = node.literals.get(segments.get(depth));
    Route found = literal == null ? null : find(literal, segments, depth + 1, method);
    if (found == null && node.parameter != null && !segments.get(depth).isEmpty()) {
      found = find(node.parameter, segments, depth + 1, method);
    }
    return found == null ? pick(node.wildcards, method) : found;
  }

  /** The route of the method; else, for HEAD, that of GET; else that of any method. */
  private static @Nullable Route pick(List<Route> routes, String method) {
    boolean head = method.equals("HEAD");
    Route other = null;
    for (int i = 0; i < routes.size(); i++) {
      Route route = routes.get(i);
      if (route.method().equals(method)) {
        return route;
      }
      boolean ofGet = head && route.method().equals("GET");
      if (ofGet || (other == null && route.method().equals(Route.ANY))) {
        other = route;
      }
    }
    return other;
  }

  /** Adds the methods for which {@link #find} finds a route. */
  void collectMethods(List<String> segments, Set<String> into) {
    for (Route route : all) {
      if (matches(route.pattern(), segments)) {
        into.add(route.method());
      }
    }
  }

  private static boolean matches(RoutePattern pattern, List<String> segments) {
    int fixed = pattern.segments().size();
    if (pattern.wildcard() == null ? segments.size() != fixed : segments.size() <= fixed) {
      return false;
    }
    for (int i = 0; i < fixed; i++) {
      String literal = pattern.segments().get(i).literal();
      if (literal == null ? segments.get(i).isEmpty() : !literal.equals(segments.get(i))) {
        return false;
      }
    }
    return true;
  }
}
