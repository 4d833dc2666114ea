package dev.weft.http;

/**
 * Compresses responses for clients that accept gzip, if the media type is compressible, the length
 * is unknown or at least 1 KiB, and the response has no encoding yet.
 *
 * <pre>{@code
 * HttpServer.start(":8080", Gzip.middleware().wrap(router));
 * }</pre>
 */
public final class Gzip {
  private Gzip() {}

  public static Middleware middleware() {
    return next ->
        (request, response) -> {
          boolean allowed =
              !request.method().equals("HEAD") && AcceptEncoding.allows(request.headers(), "gzip");
          GzipResponse compressing = new GzipResponse(response, allowed);
          try {
            next.handle(request, compressing);
            compressing.finish();
          } catch (Throwable e) {
            compressing.abandon();
            throw e;
          }
        };
  }
}
