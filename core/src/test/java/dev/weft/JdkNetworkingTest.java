package dev.weft;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.weft.testing.Goroutines;
import dev.weft.testing.Running;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The JDK's own blocking network code in goroutines, without Weft's sockets. */
@Tag("contract")
class JdkNetworkingTest {
  private static final int CLIENTS = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static ServerSocket listen() throws Exception {
    return new ServerSocket(0, CLIENTS, InetAddress.getLoopbackAddress());
  }

  private static Socket connect(ServerSocket server) throws Exception {
    return new Socket(server.getInetAddress(), server.getLocalPort());
  }

  @Test
  void socketsEcho() throws Exception {
    try (ServerSocket server = listen();
        var goroutines = new Goroutines()) {
      goroutines.go(() -> {
        for (int i = 0; i < CLIENTS; i++) {
          Socket socket = server.accept();
          goroutines.go(() -> {
            try (socket) {
              socket.getInputStream().transferTo(socket.getOutputStream());
            }
          });
        }
      });
      for (int i = 0; i < CLIENTS; i++) {
        byte[] message = ("message of " + i).repeat(1_000).getBytes(UTF_8);
        goroutines.go(() -> {
          try (Socket socket = connect(server)) {
            for (int round = 0; round < 20; round++) {
              socket.getOutputStream().write(message);
              assertThat(socket.getInputStream().readNBytes(message.length)).isEqualTo(message);
            }
            socket.shutdownOutput();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
          }
        });
      }
    }
  }

  @Test
  void aSocketsReadTimesOut() throws Exception {
    try (ServerSocket server = listen();
        Socket client = connect(server);
        var goroutines = new Goroutines()) {
      client.setSoTimeout(1);
      var reading = goroutines.start(() -> client.getInputStream().read());
      assertThat(reading.failure()).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void closingASocketEndsItsRead() throws Exception {
    try (ServerSocket server = listen();
        Socket client = connect(server);
        var goroutines = new Goroutines()) {
      var reading = goroutines.start(() -> client.getInputStream().read());
      reading.awaitBlockedIn("read");
      goroutines.go(client::close);
      assertThat(reading.failure()).isInstanceOf(SocketException.class);
    }
  }

  @Test
  void anHttpClientInGoroutinesTalksToAnHttpServerInGoroutines() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), CLIENTS);
    var handledByGoroutines = new AtomicInteger();
    try (var executor = Weft.executor();
        HttpClient client =
            HttpClient.newBuilder().connectTimeout(PATIENCE).executor(executor).build();
        var goroutines = new Goroutines()) {
      server.setExecutor(executor);
      server.createContext(
          "/twice",
          exchange -> {
            if (Thread.currentThread().isVirtual()) {
              handledByGoroutines.incrementAndGet();
            }
            byte[] answer =
                new String(exchange.getRequestBody().readAllBytes(), UTF_8)
                    .repeat(2)
                    .getBytes(UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            try (var body = exchange.getResponseBody()) {
              body.write(answer);
            }
          });
      server.start();
      URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/twice");
      List<Running<String>> answers = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        HttpRequest request =
            HttpRequest.newBuilder(uri)
                .timeout(PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofString("<" + i + ">"))
                .build();
        answers.add(
            i % 2 == 0
                ? goroutines.start(() -> client.send(request, BodyHandlers.ofString()).body())
                : goroutines.start(
                    () -> client.sendAsync(request, BodyHandlers.ofString()).get().body()));
      }
      for (int i = 0; i < CLIENTS; i++) {
        assertThat(answers.get(i).join()).isEqualTo("<" + i + "><" + i + ">");
      }
    } finally {
      server.stop(0);
    }
    assertThat(handledByGoroutines).hasValue(CLIENTS);
  }
}
