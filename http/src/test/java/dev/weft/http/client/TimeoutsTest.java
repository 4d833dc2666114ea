package dev.weft.http.client;

import static dev.weft.http.client.ClientTimeouts.DEFAULT;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.Weft;
import dev.weft.context.CancellableContext;
import dev.weft.context.CancelledException;
import dev.weft.context.Context;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.net.pool.Lease;
import dev.weft.net.pool.PoolLimits;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each phase of a call ends in time, and so does the call as a whole. */
@Tag("contract")
class TimeoutsTest {
  private static final Duration SOON = Duration.ofMillis(30);

  private HttpClient client;

  private void use(ClientTimeouts timeouts) {
    client =
        HttpClient.builder()
            .proxies(ProxyRules.none())
            .timeouts(timeouts)
            .connections(PoolLimits.DEFAULT.withMaxTotal(1))
            .build();
  }

  @AfterEach
  void close() {
    assertThat(client.connections().leased() + client.connections().idle()).isZero();
    client.close();
  }

  /** Reads the request and then waits for the end of the connection. */
  private static RawServer silentAfter(String beginning) throws IOException {
    return new RawServer(peer -> {
      peer.readHead();
      peer.send(beginning);
      peer.readHead();
    });
  }

  @Test
  void aServerThatDoesNotAnswer() throws Exception {
    use(DEFAULT.withFirstByte(SOON));
    try (var server = silentAfter("")) {
      assertThatThrownBy(() -> client.get(server.uri("/")))
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessage("GET " + server.uri("/") + ": no response within PT0.03S");
    }
  }

  @Test
  void aServerThatSendsHalfAHead() throws Exception {
    use(DEFAULT.withFirstByte(SOON));
    try (var server = silentAfter("HTTP/1.1 200 OK\r\nA")) {
      assertThatThrownBy(() -> client.get(server.uri("/")))
          .isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void aBodyThatStops() throws Exception {
    use(DEFAULT.withBodyIdle(SOON));
    try (var server = silentAfter("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab")) {
      assertThatThrownBy(() -> client.get(server.uri("/")).bytes())
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessageContaining("no more of the response's body within PT0.03S");
    }
  }

  @Test
  void aBodyThatDripsLongerThanTheWholeMayTake() throws Exception {
    use(DEFAULT.withTotal(Duration.ofMillis(100)));
    try (var server =
        new RawServer(peer -> {
          peer.readHead();
          peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
          while (true) {
            peer.send("a");
            Weft.sleep(Duration.ofMillis(5));
          }
        })) {
      assertThatThrownBy(() -> client.get(server.uri("/")).bytes())
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessageContaining("took longer than PT0.1S in all");
    }
  }

  @Test
  void aServerThatDoesNotTakeTheBody() throws Exception {
    use(DEFAULT.withWrite(SOON));
    var done = new CountDownLatch(1);
    try (var server = new RawServer(_ -> done.await())) {
      ClientRequest request = ClientRequest.post(server.uri("/"), Content.of(new byte[64 << 20]));
      assertThatThrownBy(() -> client.send(request))
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessageContaining("the server did not take the request within PT0.03S");
    } finally {
      done.countDown();
    }
  }

  /** A time that began earlier would be over before the body is sent. */
  @Test
  void theTimeToTheFirstByteBeginsWhenTheRequestWasSent() throws Exception {
    use(DEFAULT.withFirstByte(SOON));
    String body = "3\r\nabc\r\n0\r\n\r\n";
    var received = new CompletableFuture<String>();
    try (var server =
        new RawServer(peer -> {
          try {
            peer.readHead();
            received.complete(peer.read(body.length()));
            peer.readHead();
          } catch (IOException e) {
            received.completeExceptionally(e);
          }
        })) {
      Content slow = Content.of(new SlowStream(SOON.multipliedBy(3), "abc"));
      assertThatThrownBy(() -> client.send(ClientRequest.post(server.uri("/"), slow)))
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessageContaining("no response within PT0.03S");
      assertThat(received.get()).isEqualTo(body);
    }
  }

  /** Gives its content after some time. */
  private static final class SlowStream extends InputStream {
    private final Duration time;
    private final byte[] content;
    private boolean read;

    SlowStream(Duration time, String content) {
      this.time = time;
      this.content = content.getBytes(ISO_8859_1);
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (read) {
        return -1;
      }
      try {
        Weft.sleep(time);
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      read = true;
      System.arraycopy(content, 0, into, offset, content.length);
      return content.length;
    }
  }

  @Test
  void noFreeConnection() throws Exception {
    use(DEFAULT.withConnect(SOON));
    try (var server = silentAfter("");
        var _ = takeTheOnlyConnection(server)) {
      assertThatThrownBy(() -> client.get(server.uri("/")))
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessageContaining("timed out waiting for a slot");
    }
  }

  @Test
  void theWaitForAConnectionIsPartOfTheTotal() throws Exception {
    use(DEFAULT.withTotal(SOON));
    try (var server = silentAfter("");
        var _ = takeTheOnlyConnection(server)) {
      assertThatThrownBy(() -> client.get(server.uri("/")))
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessageContaining("took longer than PT0.03S in all")
          .hasStackTraceContaining("timed out waiting for a slot");
    }
  }

  private Lease<Route> takeTheOnlyConnection(RawServer server) throws IOException {
    return client.pool().take(client.route(ClientRequest.get(server.uri("/"))));
  }

  @Test
  void aListenerThatDoesNotAcceptDoesNotDelayBeyondTheTotal() throws Exception {
    use(DEFAULT.withTotal(SOON));
    try (Listener listener = Net.listen("tcp", "127.0.0.1:0")) {
      String uri = "http:/" + listener.localAddress() + "/";
      assertThatThrownBy(() -> client.get(uri))
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessageContaining("took longer than PT0.03S in all");
    }
  }

  @Test
  void aServerThatDoesNotAnswerTheTlsHandshake() throws Exception {
    client =
        HttpClient.builder()
            .proxies(ProxyRules.none())
            .timeouts(DEFAULT.withConnect(SOON))
            .dialer((context, network, address, remaining) -> Net.dial(network, address))
            .build();
    try (var server = silentAfter("")) {
      assertThatThrownBy(() -> client.get(server.uri("/").replace("http:", "https:")))
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessage(
              "connect to 127.0.0.1:" + server.port + ": the TLS handshake did not end in time");
    }
  }

  @Test
  void aContextThatIsCancelledEndsTheCallAndTheBody() throws Exception {
    use(DEFAULT);
    try (var server = silentAfter("");
        CancellableContext context = Context.background().withTimeout(SOON)) {
      assertThatThrownBy(() -> client.send(context, ClientRequest.get(server.uri("/"))))
          .isInstanceOf(CancelledException.class);
      assertThat(client.connections().leased()).isZero();
    }
    try (var server = silentAfter("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab");
        CancellableContext context = Context.background().withCancel();
        ClientResponse response = client.send(context, ClientRequest.get(server.uri("/")))) {
      assertThat(response.body().readNBytes(2)).hasSize(2);
      context.cancel();
      assertThatThrownBy(() -> response.body().read()).isInstanceOf(CancelledException.class);
    }
  }

  @Test
  void aContextThatIsCancelledEndsTheSendingOfABody() throws Exception {
    use(DEFAULT);
    var done = new CountDownLatch(1);
    try (var server = new RawServer(_ -> done.await())) {
      for (int i = 0; i < 20; i++) {
        try (CancellableContext context = Context.background().withTimeout(SOON)) {
          ClientRequest request =
              ClientRequest.post(server.uri("/"), Content.of(new byte[64 << 20]));
          assertThatThrownBy(() -> client.send(context, request))
              .isInstanceOf(CancelledException.class);
        }
      }
    } finally {
      done.countDown();
    }
  }

  @Test
  void anInterruptEndsTheCall() throws Exception {
    use(DEFAULT);
    var failure = new AtomicReference<Throwable>();
    var asked = new CountDownLatch(1);
    try (var server =
        new RawServer(peer -> {
          peer.readHead();
          asked.countDown();
          peer.readHead();
        })) {
      Thread caller =
          Weft.go(() -> {
            try {
              client.get(server.uri("/")).close();
            } catch (IOException e) {
              failure.set(e);
            }
          });
      asked.await();
      caller.interrupt();
      caller.join();
      assertThat(failure.get()).isInstanceOf(InterruptedIOException.class);
    }
  }
}
