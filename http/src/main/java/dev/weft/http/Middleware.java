package dev.weft.http;

/**
 * Wraps handlers: {@code Middleware timing = next -> (request, response) -> {… next.handle(request,
 * response); …}}.
 */
@FunctionalInterface
public interface Middleware {
  /**
   * Returns a handler that calls {@code next}, with work before and after it, or responds itself.
   */
  Handler wrap(Handler next);

  /** Combines both; this one handles the request first. */
  default Middleware then(Middleware inner) {
    return next -> wrap(inner.wrap(next));
  }
}
