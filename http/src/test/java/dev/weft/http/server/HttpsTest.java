package dev.weft.http.server;

import static dev.weft.testing.Eventually.eventually;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.weft.Weft;
import dev.weft.http.client.ClientRequest;
import dev.weft.http.client.ClientResponse;
import dev.weft.http.client.Content;
import dev.weft.http.client.HttpClient;
import dev.weft.http.client.ProxyRules;
import dev.weft.io.Copy;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.net.Pipe;
import dev.weft.net.ProxyHeader;
import dev.weft.net.limit.Limits;
import dev.weft.net.tls.TlsConfig;
import dev.weft.net.tls.TlsConn;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTP over TLS: server and client with each other, and the server with other clients. */
@Tag("contract")
class HttpsTest {
  /** For localhost and 127.0.0.1, signed by itself, valid until 2126. */
  static final Path CERTIFICATE = resource("localhost.pem");

  private static final Path KEY = resource("localhost-key.pem");

  private HttpServer server;
  private HttpClient client;
  private int port;

  private static Path resource(String name) {
    try {
      return Path.of(HttpsTest.class.getResource("tls/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static TlsConfig clientTls() throws IOException {
    return TlsConfig.builder().trustFile(CERTIFICATE).applicationProtocols("http/1.1").build();
  }

  static TlsConfig serverTls() throws IOException {
    return TlsConfig.builder()
        .certificateFiles(CERTIFICATE, KEY)
        .applicationProtocols("http/1.1")
        .build();
  }

  private void start(UnaryOperator<HttpServer.Builder> how) throws IOException {
    server =
        how.apply(
                HttpServer.builder()
                    .tls(serverTls())
                    .handler((request, response) -> {
                      byte[] body = request.readBody();
                      response.header("Scheme", request.scheme()).send(body);
                    }))
            .build();
    port = ((InetSocketAddress) server.listen("127.0.0.1:0").localAddress()).getPort();
  }

  @BeforeEach
  void start() throws IOException {
    start(UnaryOperator.identity());
    client = HttpClient.builder().proxies(ProxyRules.none()).tls(clientTls()).build();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private String uri() {
    return "https://localhost:" + port + "/";
  }

  /** The goroutine that sends a large body may end too late for that, on a busy machine. */
  @Test
  void requestsAndResponsesOfAllSizesPassOnOneConnection() throws IOException {
    long opened;
    do { // again where it took another connection than the one before
      opened = client.connections().opened();
      for (int size : new int[] {0, 1, 16_384, 16_385, 1 << 20}) {
        byte[] body = new byte[size];
        Arrays.fill(body, (byte) size);
        try (var response = client.send(ClientRequest.post(uri(), Content.of(body)))) {
          assertThat(response.header("Scheme")).isEqualTo("https");
          assertThat(response.body().readAllBytes()).isEqualTo(body);
        }
      }
    } while (client.connections().opened() > opened);
  }

  @Test
  void anAuthorityThatIsNotTrustedIsRefused() {
    try (HttpClient other = HttpClient.builder().proxies(ProxyRules.none()).build()) {
      assertThatThrownBy(() -> other.get(uri()))
          .isInstanceOf(SSLHandshakeException.class)
          .hasMessageStartingWith("tls handshake tcp ")
          .hasMessageContaining("(alert certificate_unknown)");
    }
  }

  /** A reset would end the server's write, so that it would not come to read the alert. */
  @Test
  void aServerThatStillSendsGetsTheAlertOfAFailedHandshake() throws Exception {
    CompletableFuture<byte[]> heard = new CompletableFuture<>();
    try (Listener listener = Net.listen("tcp", "127.0.0.1:0")) {
      Weft.go(() -> {
        try (Conn conn = listener.accept()) {
          conn.setOption(StandardSocketOptions.SO_SNDBUF, 64 << 10);
          conn.write(new byte[] {22, 3, 3, 0, 4, 99, 0, 0, 0}); // no message has the type 99
          conn.write(new byte[4 << 20]);
          heard.complete(conn.inputStream().readAllBytes());
        } catch (IOException e) {
          heard.completeExceptionally(e);
        }
      });
      assertThatThrownBy(() -> client.get("https:/" + listener.localAddress() + "/"))
          .isInstanceOf(SSLHandshakeException.class);
      byte[] all = heard.get(1, TimeUnit.MINUTES);
      byte[] alert = Arrays.copyOfRange(all, all.length - 7, all.length);
      assertThat(alert).startsWith(21, 3, 3, 0, 2, 2); // a record with an alert that is fatal
    }
  }

  @Test
  void theCertificateMustBeForTheHost() throws IOException {
    String address = "127.0.0.1:" + port;
    try (HttpClient misled =
        HttpClient.builder()
            .proxies(ProxyRules.none())
            .tls(clientTls())
            .dialer((context, network, asked, remaining) -> Net.dial(network, address))
            .build()) {
      assertThatThrownBy(() -> misled.get("https://example.test/"))
          .isInstanceOf(SSLHandshakeException.class)
          .hasMessageContaining("example.test");
    }
  }

  @Test
  void aRequestWithoutTlsIsToldToUseIt() throws IOException {
    try (ClientResponse response =
        client.send(ClientRequest.get("http://127.0.0.1:" + port + "/"))) {
      assertThat(response.status()).isEqualTo(400);
      assertThat(response.text()).contains("https://");
    }
  }

  @Test
  void clientsBeyondTheLimitAreClosedWithoutAnAnswer() throws IOException {
    server.close();
    start(builder -> builder.connections(Limits.NONE.maxConnections(1, Duration.ZERO)));
    try (TlsConn first = clientTls().dial("localhost:" + port)) {
      first.handshake();
      try {
        readAfterDialling();
      } catch (SocketException e) {
        // reset: closed without an answer, too
      }
    }
  }

  /** Reads the end of the stream, or meets the reset that closing may be. */
  private void readAfterDialling() throws IOException {
    try (var conn = Net.dial("tcp", "127.0.0.1:" + port)) {
      assertThat(conn.read(new byte[1])).isEqualTo(-1);
    }
  }

  // Behind a proxy that sends its header in the clear, before the handshake

  private static final ProxyHeader HEADER =
      new ProxyHeader(
          new InetSocketAddress("192.0.2.1", 1234), new InetSocketAddress("192.0.2.2", 443));

  private void startBehindProxy(UnaryOperator<HttpServer.Builder> how) throws IOException {
    server.close();
    start(builder ->
        how.apply(
            builder
                .proxyProtocol()
                .handler((request, response) ->
                    response.send(
                        request.remoteAddress()
                            + " "
                            + request.localAddress()
                            + " "
                            + request.scheme()))));
  }

  private String askBehind(byte[] header) throws IOException {
    try (Conn raw = Net.dial("tcp", "127.0.0.1:" + port)) {
      raw.write(header);
      try (TlsConn conn = clientTls().client(raw, "localhost")) {
        conn.setReadDeadline(Duration.ofSeconds(60));
        conn.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".getBytes(US_ASCII));
        String answer = new String(conn.inputStream().readAllBytes(), US_ASCII);
        return answer.substring(answer.indexOf("\r\n\r\n") + 4);
      }
    }
  }

  @Test
  void theProxyProtocolComesInTheClearBeforeTheHandshake() throws IOException {
    startBehindProxy(UnaryOperator.identity());
    String addresses = "/192.0.2.1:1234 /192.0.2.2:443 https";
    assertThat(askBehind(HEADER.toVersion1())).isEqualTo(addresses);
    assertThat(askBehind(HEADER.toVersion2())).isEqualTo(addresses);
    assertThat(askBehind(ProxyHeader.UNKNOWN.toVersion1()))
        .startsWith("/127.0.0.1:")
        .endsWith(" /127.0.0.1:" + port + " https");
    assertThat(server.refusedProxyHeaders()).isZero();
  }

  @Test
  void aHandshakeThatArrivesWithTheHeaderIsNotLost() throws Exception {
    startBehindProxy(UnaryOperator.identity());
    Pipe pipe = Pipe.open();
    try (TlsConn conn = clientTls().client(pipe.first(), "localhost");
        Conn ahead = pipe.second();
        Conn raw = Net.dial("tcp", "127.0.0.1:" + port)) {
      Thread client = Weft.go(conn::handshake);
      byte[] hello = new byte[16_384];
      int n = ahead.read(hello);
      raw.write(
          ByteBuffer.allocate(ProxyHeader.MAX_LENGTH + n)
              .put(HEADER.toVersion1())
              .put(hello, 0, n)
              .flip());
      Thread both = Weft.go(() -> Copy.duplex(ahead, raw));
      client.join();
      conn.write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".getBytes(US_ASCII));
      assertThat(new String(conn.inputStream().readAllBytes(), US_ASCII))
          .startsWith("HTTP/1.1 200 ")
          .contains("/192.0.2.1:1234");
      conn.close();
      both.join();
    }
  }

  /** Sends bytes, and returns what comes until the end or the reset that closing may be. */
  private byte[] answerTo(byte[] bytes) throws IOException {
    try (Conn raw = Net.dial("tcp", "127.0.0.1:" + port)) {
      raw.setReadDeadline(Duration.ofSeconds(60));
      raw.write(bytes);
      return raw.inputStream().readAllBytes();
    } catch (SocketException e) {
      return new byte[0];
    }
  }

  @Test
  void whatIsNoHeaderIsClosedAndCounted() throws Exception {
    startBehindProxy(UnaryOperator.identity());
    byte[] hello = {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3}; // a handshake without a header
    assertThat(answerTo(hello)).isEmpty();
    assertThat(answerTo("PROXY TCP4 1.2.3.4 nonsense\r\n".getBytes(US_ASCII))).isEmpty();
    assertThat(answerTo("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(US_ASCII))).isEmpty();
    eventually("all are counted", () -> server.refusedProxyHeaders() == 3);
    eventually("all are closed", () -> server.openConnections() == 0);
  }

  @Test
  void aHeaderThatDoesNotComeInTimeIsClosedAndCounted() throws Exception {
    startBehindProxy(
        builder -> builder.timeouts(ServerTimeouts.DEFAULT.withHead(Duration.ofMillis(50))));
    assertThat(answerTo("PROXY TCP4 ".getBytes(US_ASCII))).isEmpty();
    eventually("it is counted", () -> server.refusedProxyHeaders() == 1);
  }

  @Test
  void aHandshakeThatDoesNotFollowTheHeaderInTimeIsClosed() throws Exception {
    startBehindProxy(
        builder -> builder.timeouts(ServerTimeouts.DEFAULT.withHead(Duration.ofSeconds(1))));
    assertThat(answerTo(HEADER.toVersion2())).isEmpty();
    eventually("it is closed", () -> server.openConnections() == 0);
    assertThat(server.refusedProxyHeaders()).isZero();
  }

  @Test
  void aConnectionThatHasSentNoHeaderHoldsUpNoShutdown() throws Exception {
    startBehindProxy(
        builder -> builder.timeouts(ServerTimeouts.DEFAULT.withHead(Duration.ofMinutes(10))));
    try (Conn raw = Net.dial("tcp", "127.0.0.1:" + port)) {
      eventually("it is accepted", () -> server.openConnections() == 1);
      assertThat(server.shutdown(Duration.ofMinutes(2))).isTrue();
      assertThat(raw.isOpen()).isTrue();
    }
  }

  // Other clients

  private static String run(String... command) throws Exception {
    assumeInstalled(command[0]);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), US_ASCII);
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      return output;
    } finally {
      process.destroyForcibly();
    }
  }

  /** Each is in the Debian package of its name. */
  private static void assumeInstalled(String program) {
    assumeThat(System.getenv().getOrDefault("PATH", "").split(":", -1))
        .as("%s is installed", program)
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  @Test
  void curlAgreesOnHttp11() throws Exception {
    String output =
        run(
            "curl",
            "-s",
            "-S",
            "-v",
            "--max-time",
            "60",
            "--noproxy",
            "*",
            "--cacert",
            CERTIFICATE.toString(),
            "-d",
            "hello",
            uri());
    assertThat(output).contains("ALPN").contains("Scheme: https").contains("hello");
  }

  private String openssl(String options) throws Exception {
    assumeInstalled("openssl");
    return run(
        "sh",
        "-c",
        "printf 'GET / HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n'"
            + " | openssl s_client -ign_eof -verify_return_error -servername localhost"
            + " -alpn http/1.1 -CAfile "
            + CERTIFICATE
            + " -connect 127.0.0.1:"
            + port
            + " "
            + options);
  }

  @Test
  void opensslAgreesOnEveryVersion() throws Exception {
    for (String version : new String[] {"-tls1_2", "-tls1_3"}) {
      assertThat(openssl(version)).contains("HTTP/1.1 200 OK").contains("ALPN protocol: http/1.1");
    }
  }

  @Test
  void opensslResumesItsSessions(@TempDir Path folder) throws Exception {
    for (String version : new String[] {"-tls1_2", "-tls1_3"}) {
      Path session = folder.resolve("session" + version);
      assertThat(openssl(version + " -sess_out " + session)).contains("New, TLSv1.");
      assertThat(openssl(version + " -sess_in " + session))
          .contains("Reused, TLSv1.")
          .contains("HTTP/1.1 200 OK");
    }
  }
}
