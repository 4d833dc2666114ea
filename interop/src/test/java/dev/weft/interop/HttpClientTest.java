package dev.weft.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.weft.net.Dialer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.SocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.pool.PoolReusePolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Apache HttpClient over Weft's sockets, also with the JDK's TLS on top of them. */
@org.junit.jupiter.api.Timeout(120)
class HttpClientTest {
  private static final char[] PASSWORD = "weft-test".toCharArray();

  private final AtomicInteger sockets = new AtomicInteger();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private HttpServer server;

  private void start(HttpServer made) throws IOException {
    server = made;
    server.setExecutor(threads);
    server.createContext(
        "/hello",
        exchange -> {
          byte[] body = "hello".getBytes(UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.createContext(
        "/echo",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.createContext(
        "/never",
        exchange -> {
          try (exchange) {
            ended.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    server.start();
  }

  private static InetSocketAddress here() throws IOException {
    return new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0);
  }

  @AfterEach
  void stop() {
    ended.countDown();
    if (server != null) {
      server.stop(0);
    }
    threads.close();
  }

  private CloseableHttpClient client(SSLContext tls) {
    SocketFactory factory = Dialer.DEFAULT.socketFactory();
    var operator =
        new DefaultHttpClientConnectionOperator(
            proxy -> {
              sockets.incrementAndGet();
              return factory.createSocket();
            },
            null,
            null,
            RegistryBuilder.<TlsSocketStrategy>create()
                .register("https", new DefaultClientTlsStrategy(tls))
                .build());
    var connections =
        new PoolingHttpClientConnectionManager(
            operator,
            PoolConcurrencyPolicy.STRICT,
            PoolReusePolicy.LIFO,
            TimeValue.ofMinutes(1),
            null);
    connections.setMaxTotal(4);
    connections.setDefaultMaxPerRoute(4);
    connections.setValidateAfterInactivity(TimeValue.ZERO_MILLISECONDS);
    return HttpClients.custom()
        .setConnectionManager(connections)
        .setDefaultRequestConfig(
            RequestConfig.custom().setConnectionRequestTimeout(Timeout.ofMinutes(1)).build())
        .disableAutomaticRetries()
        .build();
  }

  private String url(String path) {
    String scheme = server instanceof HttpsServer ? "https" : "http";
    return scheme + "://localhost:" + server.getAddress().getPort() + path;
  }

  private String get(CloseableHttpClient client, String path) throws IOException {
    return client.execute(
        new HttpGet(url(path)), response -> EntityUtils.toString(response.getEntity()));
  }

  private void checkExchanges(CloseableHttpClient client) throws Exception {
    Goroutines.run(
        40,
        () -> {
          for (int i = 0; i < 5; i++) {
            assertThat(get(client, "/hello")).isEqualTo("hello");
          }
          return null;
        });
    assertThat(sockets.get()).isBetween(1, 4);
    byte[] large = new byte[1_000_000];
    new Random(3).nextBytes(large);
    HttpPost post = new HttpPost(url("/echo"));
    post.setEntity(new ByteArrayEntity(large, null));
    byte[] echoed = client.execute(post, response -> EntityUtils.toByteArray(response.getEntity()));
    assertThat(echoed).isEqualTo(large);
  }

  @Test
  void exchangesShareConnections() throws Exception {
    start(HttpServer.create(here(), 50));
    try (CloseableHttpClient client = client(SSLContext.getDefault())) {
      checkExchanges(client);
    }
  }

  @Test
  void theJdksTlsRunsOverWeftsSockets(@TempDir Path folder) throws Exception {
    SSLContext tls = selfSigned(folder);
    HttpsServer secure = HttpsServer.create(here(), 50);
    secure.setHttpsConfigurator(new HttpsConfigurator(tls));
    start(secure);
    try (CloseableHttpClient client = client(tls)) {
      checkExchanges(client);
    }
  }

  @Test
  void aServerThatDoesNotAnswerMeetsTheResponseTimeout() throws Exception {
    start(HttpServer.create(here(), 50));
    try (CloseableHttpClient client = client(SSLContext.getDefault())) {
      HttpGet request = new HttpGet(url("/never"));
      request.setConfig(
          RequestConfig.custom().setResponseTimeout(Timeout.ofMilliseconds(50)).build());
      assertThatThrownBy(() -> client.execute(request, response -> null))
          .isInstanceOf(SocketTimeoutException.class);
      assertThat(get(client, "/hello")).isEqualTo("hello");
    }
  }

  @Test
  void aConnectionThatTheServerClosedIsNotUsedAgain() throws Exception {
    start(HttpServer.create(here(), 50));
    try (CloseableHttpClient client = client(SSLContext.getDefault())) {
      assertThat(get(client, "/hello")).isEqualTo("hello");
      int port = server.getAddress().getPort();
      server.stop(0);
      start(HttpServer.create(new InetSocketAddress("127.0.0.1", port), 50));
      assertThat(get(client, "/hello")).isEqualTo("hello");
      assertThat(sockets.get()).isEqualTo(2);
    }
  }

  private static SSLContext selfSigned(Path folder) throws Exception {
    Path file = folder.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD))
            .inheritIO()
            .start();
    assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(keytool.exitValue()).isZero();
    KeyStore keys = KeyStore.getInstance(file.toFile(), PASSWORD);
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, PASSWORD);
    TrustManagerFactory trusted =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusted.init(keys);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
    return tls;
  }
}
