import dev.weft.Weft;
import dev.weft.http.Response;
import dev.weft.http.Router;
import dev.weft.http.server.HttpServer;
import java.io.File;
import java.io.IOException;

/** Serves parts of the {@link Content}, and what clients upload. */
final class SoakServer {
  private static final int PIECE = 3000;

  private SoakServer() {}

  static void serve(int port) throws Exception {
    HttpServer[] self = new HttpServer[1];
    Router router =
        Router.builder()
            .get(
                "/bytes/{offset}/{length}",
                (request, response) ->
                    response.send(
                        Content.BYTES,
                        Integer.parseInt(request.pathValue("offset")),
                        Integer.parseInt(request.pathValue("length"))))
            .get(
                "/pieces/{offset}/{length}",
                (request, response) ->
                    sendPieces(
                        response,
                        Integer.parseInt(request.pathValue("offset")),
                        Integer.parseInt(request.pathValue("length"))))
            .post(
                "/echo",
                (request, response) -> {
                  if (request.contentLength() >= 0) {
                    response.contentLength(request.contentLength());
                  }
                  request.body().transferTo(response.outputStream());
                })
            .post(
                "/half",
                (request, response) -> {
                  byte[] half = request.body().readNBytes((int) (request.contentLength() / 2));
                  response.send(half);
                })
            .get("/left", (_, response) -> response.send(left(self[0])))
            .build();
    self[0] = HttpServer.start("127.0.0.1:" + port, router);
    System.out.println("serving");
    Thread.sleep(Long.MAX_VALUE);
  }

  private static void sendPieces(Response response, int offset, int length) throws IOException {
    response.flush();
    for (int done = 0; done < length; ) {
      int n = Math.min(PIECE, length - done);
      response.write(Content.BYTES, offset + done, n);
      if ((done & 1) == 0) {
        response.flush();
      }
      done += n;
    }
  }

  /** Connections, descriptors, goroutines, and heap in KiB; the request that asks is in it. */
  private static String left(HttpServer server) {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    Runtime runtime = Runtime.getRuntime();
    String[] descriptors = new File("/proc/self/fd").list();
    return server.openConnections()
        + " "
        + (descriptors == null ? 0 : descriptors.length)
        + " "
        + Weft.stats().goroutines().live()
        + " "
        + ((runtime.totalMemory() - runtime.freeMemory()) >> 10)
        + "\n";
  }
}
