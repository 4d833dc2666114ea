package dev.weft.http;

/**
 * Compresses answers for clients that take gzip: those of a type that gets shorter by it, of at
 * least 1 KiB or of unknown length, which are not encoded already.
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
          next.handle(request, compressing);
          compressing.finish();
        };
  }
}
