package dev.weft.httpserver;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The contexts of a server by their paths. Safe for use by any number of threads. */
final class Contexts {
  private final HttpServer server;
  private final Map<String, WeftContext> byPath = new ConcurrentHashMap<>();

  Contexts(HttpServer server) {
    this.server = server;
  }

  WeftContext create(String path, @Nullable HttpHandler handler) {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("Illegal value for path or protocol: " + path);
    }
    WeftContext context = new WeftContext(server, path, handler);
    if (byPath.putIfAbsent(path, context) != null) {
      throw new IllegalArgumentException("cannot add context to list: " + path + " has one");
    }
    return context;
  }

  void remove(String path) {
    if (byPath.remove(path) == null) {
      throw new IllegalArgumentException("cannot remove element from list: " + path + " has none");
    }
  }

  /** The context with the longest path that is a prefix of this one; null if there is none. */
  @Nullable WeftContext find(String path) {
    WeftContext longest = null;
    for (WeftContext each : byPath.values()) {
      if (path.startsWith(each.getPath())
          && (longest == null || each.getPath().length() > longest.getPath().length())) {
        longest = each;
      }
    }
    return longest;
  }
}
