package dev.weft.http;

import dev.weft.internal.track.Goroutines;

/**
 * One route of a {@link Router}.
 *
 * @param method the method, or {@link #ANY}
 * @param text the method and the pattern, made once: dumps of goroutines show it
 */
record Route(String method, RoutePattern pattern, Handler handler, String text) {
  /** Matches every method. */
  static final String ANY = "*";

  Route(String method, RoutePattern pattern, Handler handler) {
    this(
        method, pattern, handler, method.equals(ANY) ? pattern.toString() : method + " " + pattern);
  }

  /** Has the handler answer. */
  void serve(Request request, Response response) throws Exception {
    request.setRoute(pattern.toString());
    String before = Goroutines.route(text);
    try {
      handler.handle(request, response);
    } finally {
      Goroutines.route(before);
    }
  }

  /**
   * @throws IllegalArgumentException when some request matches both, and neither is more specific
   */
  void checkAgainst(Route other) {
    if (!method.equals(other.method)) {
      return;
    }
    switch (pattern.compare(other.pattern)) {
      case EQUAL -> throw new IllegalArgumentException("two routes for " + this);
      case CROSSING ->
          throw new IllegalArgumentException(
              "the routes "
                  + this
                  + " and "
                  + other
                  + " match some paths both, and neither is more specific");
      case DISJOINT, MORE_SPECIFIC, LESS_SPECIFIC -> {}
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
