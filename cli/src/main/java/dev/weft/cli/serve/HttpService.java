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
import dev.weft.net.Conn;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;

/** Serves HTTP: the files of a folder, a reverse proxy, or a demonstration. */
final class HttpService implements Service {
  private static final byte[] HELLO = "Hello, World!".getBytes(US_ASCII);
  private static final Duration SECOND = Duration.ofSeconds(1);

  /** As long as {@link Serve} waits before it breaks off what is left. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final HttpServer server;

  private HttpService(Handler handler) {
    this(handler, ServerLimits.DEFAULT);
  }

  private HttpService(Handler handler, ServerLimits limits) {
    server = HttpServer.builder().handler(handler).limits(limits).build();
  }

  /** Passes all requests on. Bodies are not limited here; the servers behind set the limit. */
  static HttpService proxy(ReverseProxy proxy) {
    return new HttpService(proxy, ServerLimits.DEFAULT.withBody(Long.MAX_VALUE));
  }

  static HttpService files(Path folder) throws IOException {
    return new HttpService(Gzip.middleware().wrap(StaticFiles.of(folder).withListing()));
  }

  static HttpService demonstration() {
    return new HttpService(
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

  @Override
  public void serve(Conn conn) {
    server.serve(conn);
  }

  @Override
  public void stop(Collection<Conn> open) {
    Weft.go(() -> server.shutdown(GRACE));
  }
}
