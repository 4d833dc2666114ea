package dev.weft.http.proxy;

import dev.weft.http.HttpException;
import dev.weft.http.Request;
import dev.weft.http.client.MalformedResponseException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;

/**
 * Failures of requests to the servers behind a proxy: whether another server may be tried, and what
 * the client is answered.
 */
final class UpstreamFailures {
  private static final System.Logger LOG = System.getLogger("dev.weft.http");

  private UpstreamFailures() {}

  /** Reports whether nothing was sent, because there is no connection. */
  static boolean isUnreached(IOException e) {
    return e instanceof ConnectException
        || e instanceof NoRouteToHostException
        || e instanceof UnknownHostException
        || e instanceof BindException;
  }

  /**
   * Reports whether no other server is tried: after a time-out, a malformed response, or a client
   * error.
   */
  static boolean isFinal(IOException e) {
    return e instanceof SocketTimeoutException
        || e instanceof MalformedResponseException
        || e instanceof HttpException;
  }

  /** Logs a failure, and returns the exception that answers the client. */
  static IOException answer(Request request, IOException e) {
    if (e instanceof HttpException || request.context().isCancelled()) {
      return e; // the client's own, or it is gone
    }
    LOG.log(Level.WARNING, "passing on {0}: {1}", request, e);
    if (e instanceof SocketTimeoutException) {
      return new HttpException(504, "the server behind this proxy did not answer in time", e);
    }
    String reason =
        isUnreached(e)
            ? "the server behind this proxy cannot be reached"
            : e instanceof MalformedResponseException
                ? "the server behind this proxy sent a malformed response"
                : "the connection to the server behind this proxy has failed";
    return new HttpException(502, reason, e);
  }
}
