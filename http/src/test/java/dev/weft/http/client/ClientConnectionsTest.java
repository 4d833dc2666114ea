package dev.weft.http.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.Weft;
import dev.weft.context.Context;
import dev.weft.net.Conn;
import dev.weft.net.Net;
import dev.weft.net.pool.PoolLimits;
import dev.weft.testing.UnusedPort;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.ConnectException;
import java.net.CookieHandler;
import java.net.URI;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client's connections: when they are reused, and when a request is sent again. */
@Tag("contract")
class ClientConnectionsTest extends ClientFixture {
  @Test
  void connectionsAreReused() throws Exception {
    try (var server = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) {
      for (int i = 0; i < 20; i++) {
        assertThat(client.get(server.uri("/")).text()).isEqualTo("ok");
      }
      assertThat(server.connections()).isEqualTo(1);
      assertThat(client.connections().leased()).isZero();
    }
  }

  @Test
  void aCookieHandlerThatFailsKeepsNoConnection() throws Exception {
    CookieHandler failing =
        new CookieHandler() {
          @Override
          public Map<String, List<String>> get(URI uri, Map<String, List<String>> fields) {
            return Map.of();
          }

          @Override
          public void put(URI uri, Map<String, List<String>> fields) {
            throw new IllegalStateException("expected by the test");
          }
        };
    use(HttpClient.builder().cookies(failing));
    for (String answer :
        List.of(
            "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nabc",
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: raw\r\n\r\n")) {
      try (var server =
          new RawServer(peer -> {
            peer.readHead();
            peer.send(answer);
            peer.readHead();
          })) {
        assertThatThrownBy(() -> client.send(ClientRequest.get(server.uri("/")).upgrade("raw")))
            .hasMessage("expected by the test");
        assertThat(client.connections().leased()).isZero();
      }
    }
  }

  @Test
  void runningOutOfMemoryKeepsNoConnection() throws Exception {
    for (String failing : List.of("withContext", "setDeadline")) { // as a call begins, and ends
      use(
          HttpClient.builder()
              .dialer((_, network, address, remaining) ->
                  failing(Net.dial(network, address, remaining), failing)));
      try (var server = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
          var context = Context.background().withCancel()) {
        for (int i = 0; i < 3; i++) {
          assertThatThrownBy(() -> client.send(context, ClientRequest.get(server.uri("/"))))
              .as(failing)
              .isInstanceOf(OutOfMemoryError.class);
          assertThat(client.connections().leased()).as(failing).isZero();
        }
      }
    }
  }

  /**
   * The pool takes the connection back when the last bytes were read, which the caller does not
   * get.
   */
  @Test
  void runningOutOfMemoryAtTheEndOfABodyIsNoEnd() throws Exception {
    use(
        HttpClient.builder()
            .dialer((_, network, address, remaining) ->
                failing(Net.dial(network, address, remaining), "setDeadline")));
    var begun = new CountDownLatch(1);
    try (var server =
            new RawServer(peer -> {
              peer.readHead();
              peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no");
              begun.await();
              peer.send("k");
            });
        ClientResponse response = client.get(server.uri("/"))) {
      InputStream body = response.body();
      assertThat(body.read()).isEqualTo('o');
      begun.countDown();
      assertThatThrownBy(body::read).isInstanceOf(OutOfMemoryError.class);
      assertThatThrownBy(body::read).isInstanceOf(IOException.class);
      assertThat(client.connections().leased()).isZero();
    }
  }

  /** Passes all calls to {@code conn}, and throws in place of those of {@code failing}. */
  private static Conn failing(Conn conn, String failing) {
    return (Conn)
        Proxy.newProxyInstance(
            Conn.class.getClassLoader(),
            new Class<?>[] {Conn.class},
            (_, method, arguments) -> {
              if (method.getName().equals(failing)) {
                throw new OutOfMemoryError("on purpose");
              }
              try {
                return method.invoke(conn, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Test
  void closingTheClientEndsADial() throws Exception {
    var dialling = new CountDownLatch(1);
    use(
        HttpClient.builder()
            .dialer((context, network, address, remaining) -> {
              dialling.countDown();
              try {
                Objects.requireNonNull(context.done()).receive();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
              throw context.toException();
            }));
    var call = new CompletableFuture<Throwable>();
    Weft.go(() -> {
      try {
        client.get("http://127.0.0.1:1/");
      } catch (Throwable e) {
        call.complete(e);
      }
    });
    dialling.await();
    client.close();
    assertThat(call.get(1, TimeUnit.MINUTES)).isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void aResponseThatIsNotReadToItsEndClosesItsConnection() throws Exception {
    try (var server =
        new RawServer(peer -> {
          peer.readHead();
          peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nabc");
          peer.readHead();
        })) {
      try (ClientResponse response = client.get(server.uri("/"))) {
        assertThat(response.body().read()).isEqualTo('a');
      }
      assertThat(client.connections().leased() + client.connections().idle()).isZero();
    }
  }

  @Test
  void connectionsThatTheServerWillCloseAreNotReused() throws Exception {
    for (String response :
        List.of(
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=0\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n")) {
      try (var server = RawServer.answering(response)) {
        client.get(server.uri("/")).close();
        assertThat(client.connections().idle()).as(response).isZero();
      }
    }
  }

  /** What comes behind a response is the answer to a request that was never sent. */
  @Test
  void bytesBehindAResponseAreNotTakenForTheNext() throws Exception {
    try (var server =
        RawServer.answering(
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
                + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")) {
      for (int i = 0; i < 3; i++) {
        assertThat(client.get(server.uri("/")).text()).isEqualTo("ok");
      }
    }
  }

  @Test
  void aRequestOnAConnectionThatDiedIsRepeatedIfThatIsSafe() throws Exception {
    var dying = new AtomicInteger();
    try (var server =
        new RawServer(peer -> {
          peer.readHead();
          peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
          if (!peer.readHead().isEmpty()) {
            dying.incrementAndGet(); // closes the connection without an answer
          }
        })) {
      for (int i = 0; i < 5; i++) {
        assertThat(client.get(server.uri("/")).text()).isEqualTo("ok");
      }
      assertThat(dying).hasValueGreaterThan(0);
      assertThatThrownBy(
              () -> {
                client.get(server.uri("/")).close();
                client.send(ClientRequest.post(server.uri("/"), Content.of("a"))).close();
              })
          .isInstanceOf(IOException.class);
      client.get(server.uri("/")).close();
      ClientRequest keyed =
          ClientRequest.post(server.uri("/"), Content.of("a")).header("Idempotency-Key", "1");
      assertThat(client.send(keyed).text()).isEqualTo("ok");
    }
  }

  @Test
  void aRequestThatWasPartlyAnsweredIsNotRepeated() throws Exception {
    try (var server =
        new RawServer(peer -> {
          peer.readHead();
          peer.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
          peer.readHead();
          peer.send("HTTP/1.1 2");
        })) {
      client.get(server.uri("/")).close();
      assertThatThrownBy(() -> client.get(server.uri("/")))
          .isInstanceOf(EOFException.class)
          .hasMessageContaining("within the head of its response");
      assertThat(server.requests).hasSize(2);
    }
  }

  @Test
  void aServerThatDoesNotListenIsNamed() throws Exception {
    try (UnusedPort unused = UnusedPort.on("127.0.0.1")) {
      int port = unused.number();
      assertThatThrownBy(() -> client.get("http://127.0.0.1:" + port + "/"))
          .isInstanceOf(ConnectException.class)
          .hasMessageContaining("dial tcp 127.0.0.1:" + port)
          .hasMessageContaining("connection refused");
    }
  }

  @Test
  void aClientThatIsClosedClosesItsConnections() throws Exception {
    try (var server =
        new RawServer(peer -> {
          peer.readHead();
          peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
          peer.readHead();
        })) {
      ClientResponse response = client.get(server.uri("/"));
      assertThat(response.body().readNBytes(3)).hasSize(3);
      client.close();
      assertThatThrownBy(() -> response.body().read()).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> client.get(server.uri("/"))).isInstanceOf(IOException.class);
      assertThat(client.connections().leased() + client.connections().idle()).isZero();
    }
  }

  @Test
  void callersTakeTurnsWhenThereAreMoreThanConnections() throws Exception {
    use(HttpClient.builder().connections(PoolLimits.DEFAULT.withMaxPerTarget(2)));
    try (var server = echo()) {
      byte[] body = random(1000);
      var threads = new Thread[20];
      var failures = new AtomicInteger();
      for (int i = 0; i < threads.length; i++) {
        threads[i] =
            Weft.go(() -> {
              for (int k = 0; k < 20; k++) {
                byte[] back =
                    client.send(ClientRequest.post(uri(server, "/"), Content.of(body))).bytes();
                if (!Arrays.equals(back, body)) {
                  failures.incrementAndGet();
                }
              }
            });
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(failures).hasValue(0);
      assertThat(client.connections().opened()).isLessThanOrEqualTo(2);
    }
  }

  @Test
  void unixSocketsAreReached(@TempDir Path folder) throws Exception {
    String path = folder.resolve("s").toString();
    try (var server = echo()) {
      server.http.serve(Net.listen("unix", path));
      ClientRequest request =
          ClientRequest.post("http://anything/", Content.of("body")).unixSocket(path);
      assertThat(client.send(request).text()).isEqualTo("body");
    }
  }

  @Test
  void anUpgradedConnectionIsTheCallers() throws Exception {
    try (var server =
        new RawServer(peer -> {
          assertThat(peer.readHead()).contains("Connection: Upgrade\r\nUpgrade: raw\r\n");
          peer.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: raw\r\n\r\nhi");
          peer.send(peer.read(2));
        })) {
      ClientResponse response = client.send(ClientRequest.get(server.uri("/")).upgrade("raw"));
      try (UpgradedConn conn = response.upgraded()) {
        byte[] bytes = new byte[4];
        int n = conn.read(bytes, 0, 2);
        conn.conn().write("yo".getBytes(ISO_8859_1));
        while (n < 4) {
          n += conn.read(bytes, n, 4 - n);
        }
        assertThat(bytes).isEqualTo("hiyo".getBytes(ISO_8859_1));
      }
    }
  }
}
