package dev.weft.http;

/**
 * Handles requests, in blocking code on the connection's goroutine.
 *
 * <p>A handler serves many requests at once, each in a goroutine of its own. The request and the
 * response are valid until {@link #handle} returns: the objects then serve the next request. Copy
 * what is needed afterwards, for example with {@link Headers#copy}.
 */
@FunctionalInterface
public interface Handler {
  /**
   * Handles one request. The response is completed when this returns: if nothing was sent, it has
   * the status that was set, and no body.
   *
   * @throws HttpException to respond with its status
   * @throws Exception any other exception is logged, and the response is 500; if a part of the
   *     response was sent already, the connection is closed
   */
  void handle(Request request, Response response) throws Exception;
}
