package dev.weft.cli.serve;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.weft.Weft;
import dev.weft.http.EventStream;
import dev.weft.http.Gzip;
import dev.weft.http.Handler;
import dev.weft.http.Request;
import dev.weft.http.Response;
import dev.weft.http.Router;
import dev.weft.http.files.StaticFiles;
import dev.weft.http.proxy.ReverseProxy;
import dev.weft.http.server.HttpServer;
import dev.weft.http.server.ServerLimits;
import dev.weft.http.websocket.Message;
import dev.weft.http.websocket.WebSocket;
import dev.weft.net.server.Server;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Serves HTTP: the files of a folder, a reverse proxy, or a demonstration. */
final class HttpService {
  private static final byte[] HELLO = "Hello, World!".getBytes(US_ASCII);
  private static final Duration SECOND = Duration.ofSeconds(1);

  /** As long as {@link Serve} waits before it breaks off what is left. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  private HttpService() {}

  private static Server server(Handler handler) {
    return server(handler, ServerLimits.DEFAULT);
  }

  private static Server server(Handler handler, ServerLimits limits) {
    HttpServer http = HttpServer.builder().handler(handler).limits(limits).build();
    AtomicBoolean stopping = new AtomicBoolean();
    return new Server(http::serve)
        .onDrain(_ -> {
          if (stopping.compareAndSet(false, true)) { // it ends all of its connections
            Weft.go(() -> http.shutdown(GRACE));
          }
        });
  }

  /** Passes all requests on. Bodies are not limited here; the servers behind set the limit. */
  static Server proxy(ReverseProxy proxy) {
    return server(proxy, ServerLimits.DEFAULT.withBody(Long.MAX_VALUE));
  }

  static Server files(Path folder) throws IOException {
    return server(Gzip.middleware().wrap(StaticFiles.of(folder).withListing()));
  }

  static Server demonstration() {
    return server(
        Router.builder()
            .get("/", (_, response) -> response.type("text/plain").send(HELLO))
            .post("/echo", HttpService::echo)
            .get("/ws", HttpService::echoMessages)
            .get("/events", HttpService::sendTime)
            .build());
  }

  private static void echo(Request request, Response response) throws IOException {
    String type = request.header("Content-Type");
    if (type != null) {
      response.type(type);
    }
    if (request.contentLength() >= 0) {
      response.contentLength(request.contentLength());
    }
    request.body().transferTo(response.outputStream());
  }

  private static void echoMessages(Request request, Response response) throws IOException {
    try (WebSocket socket = WebSocket.accept(request, response)) {
      for (Message message; (message = socket.receive()) != null; ) {
        socket.send(message);
      }
    }
  }

  private static void sendTime(Request request, Response response)
      throws IOException, InterruptedException {
    EventStream events = EventStream.open(request, response);
    do {
      events.send(Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    } while (events.pause(SECOND));
  }
}
