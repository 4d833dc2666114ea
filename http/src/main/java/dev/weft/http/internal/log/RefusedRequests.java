package dev.weft.http.internal.log;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Logs requests that a server refuses before a handler could see them, for which the public access
 * log has no method. The package of the log supplies the one implementation before it creates the
 * first log.
 */
public abstract class RefusedRequests {
  private static volatile @Nullable RefusedRequests supplied;

  /** Supplies the implementation. */
  public static void supply(RefusedRequests access) {
    supplied = access;
  }

  /**
   * Writes the line of a request that the server refuses itself.
   *
   * @param log the access log
   * @param client its address, or empty
   * @param begin what came of the request's first line, of any characters
   * @param bytes of the response's body
   */
  public static void write(Object log, String client, String begin, int status, long bytes) {
    Objects.requireNonNull(supplied, "no access log was created")
        .writeTo(log, client, begin, status, bytes);
  }

  protected abstract void writeTo(Object log, String client, String begin, int status, long bytes);
}
