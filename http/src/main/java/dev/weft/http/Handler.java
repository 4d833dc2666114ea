package dev.weft.http;

/**
 * Answers requests, in plain blocking code on the connection's goroutine.
 *
 * <p>A handler serves many requests at once, each in a goroutine of its own. The request and the
 * response are valid until {@link #handle} returns: the objects then serve the next request. Copy
 * what must outlive it before, for instance with {@link Headers#copy}.
 */
@FunctionalInterface
public interface Handler {
  /**
   * Answers one request. When it returns the response is completed: a handler that sends nothing
   * answers with the status it has set and no body.
   *
   * @throws HttpException to answer with its status
   * @throws Exception anything else is logged and answered with 500, or, when a part of the
   *     response was sent already, with the end of the connection
   */
  void handle(Request request, Response response) throws Exception;
}
