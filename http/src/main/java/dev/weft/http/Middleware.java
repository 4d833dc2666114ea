package dev.weft.http;

/**
 * Puts something around handlers: {@code Middleware timing = next -> (request, response) -> {…
 * next.handle(request, response); …}}.
 */
@FunctionalInterface
public interface Middleware {
  /** A handler that does its part and calls {@code next}, or answers in its place. */
  Handler wrap(Handler next);

  /** Both, of which this one sees the request first. */
  default Middleware then(Middleware inner) {
    return next -> wrap(inner.wrap(next));
  }
}
