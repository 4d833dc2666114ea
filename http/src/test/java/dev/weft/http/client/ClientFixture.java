package dev.weft.http.client;

import dev.weft.http.TestServer;
import dev.weft.http.server.HttpServer;
import dev.weft.http.server.ServerLimits;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;

/** A client that is closed after each test, and servers for it. */
abstract class ClientFixture {
  HttpClient client = client(HttpClient.builder());

  private static HttpClient client(HttpClient.Builder builder) {
    return builder.proxies(ProxyRules.none()).build();
  }

  final void use(HttpClient.Builder builder) {
    client.close();
    client = client(builder);
  }

  @AfterEach
  void close() {
    client.close();
  }

  static String uri(TestServer server, String target) {
    return "http://127.0.0.1:" + server.port + target;
  }

  /** A server that sends back what it gets, while it comes. */
  static TestServer echo() throws IOException {
    HttpServer.Builder server =
        HttpServer.builder()
            .limits(ServerLimits.DEFAULT.withDrained(Long.MAX_VALUE))
            .handler((request, response) -> {
              try (OutputStream out = response.outputStream()) {
                request.body().transferTo(out);
              }
            });
    return new TestServer(server);
  }

  static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }
}
