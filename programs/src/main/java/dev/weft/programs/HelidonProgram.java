package dev.weft.programs;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.InputStream;
import java.io.OutputStream;

/** Helidon SE, which runs everything on virtual threads. */
final class HelidonProgram implements HttpProgram {
  private record HelidonExchange(ServerRequest request, ServerResponse response)
      implements Exchange {
    @Override
    public String path() {
      return request.path().path();
    }

    @Override
    public InputStream body() {
      return request.content().inputStream();
    }

    @Override
    public OutputStream answer(long length) {
      response.header(HeaderNames.CONTENT_LENGTH, Long.toString(length));
      return response.outputStream();
    }
  }

  @Override
  public AutoCloseable serve(int port) {
    WebServer server =
        WebServer.builder()
            .host("127.0.0.1")
            .port(port)
            .backlog(4096)
            .shutdownHook(false)
            .routing(routing ->
                routing.any(
                    (request, response) -> Pages.serve(new HelidonExchange(request, response))))
            .build()
            .start();
    return server::stop;
  }
}
