package dev.weft.http;

/**
 * One route of a {@link Router}.
 *
 * @param method the method, or {@link #ANY}
 */
record Route(String method, RoutePattern pattern, Handler handler) {
  /** Matches every method. */
  static final String ANY = "*";

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
    return method.equals(ANY) ? pattern.toString() : method + " " + pattern;
  }
}
