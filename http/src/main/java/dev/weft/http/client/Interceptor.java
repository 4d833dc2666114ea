package dev.weft.http.client;

/**
 * Wraps the {@link Sender} of a client: {@code Interceptor naming = next -> (context, request) ->
 * next.send(context, request.header("X-Caller", "shop"))}. Used by any number of threads.
 */
@FunctionalInterface
public interface Interceptor {
  /**
   * Returns a sender that calls {@code next}, with another request or context if need be, or
   * responds in its place. It sees a call once, whatever redirects and retries it takes.
   */
  Sender wrap(Sender next);
}
