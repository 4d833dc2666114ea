package dev.weft.httpserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.spi.HttpServerProvider;
import dev.weft.http.client.ClientRequest;
import dev.weft.http.client.ClientResponse;
import dev.weft.http.client.Content;
import dev.weft.http.client.HttpClient;
import dev.weft.http.client.ProxyRules;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProviderTest {
  /** The same program says the same on the JDK's own server and on Weft's. */
  @Test
  void aProgramForTheJdksServerRunsUnchanged() throws Exception {
    String onTheJdk = run(JdkProgram.class, "sun.net.httpserver", true);
    assertThat(run(JdkProgram.class, "dev.weft.httpserver", false)).isEqualTo(onTheJdk);
    assertThat(onTheJdk.lines().count()).isGreaterThan(25);
  }

  @Test
  void itAlsoDoesWithAnExecutorOfItsOwn() throws Exception {
    String onTheJdk = run(JdkProgram.class, "sun.net.httpserver", true, "executor");
    assertThat(run(JdkProgram.class, "dev.weft.httpserver", false, "executor")).isEqualTo(onTheJdk);
  }

  @Test
  void aProgramForItsServerOfHttpsRunsUnchangedToo() throws Exception {
    String onTheJdk = run(JdkTlsProgram.class, "sun.net.httpserver", true);
    assertThat(run(JdkTlsProgram.class, "dev.weft.httpserver", false)).isEqualTo(onTheJdk);
    assertThat(onTheJdk).contains("TLSv1.3", "TLSv1.2 from CN=localhost", "no answer");
  }

  private static String run(
      Class<?> program, String expectedPackage, boolean alone, String... arguments)
      throws Exception {
    Path own = Path.of(program.getProtectionDomain().getCodeSource().getLocation().toURI());
    String all =
        System.getProperty("java.class.path")
            + File.pathSeparator
            + System.getProperty("jdk.module.path", "");
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.add("-Xmx128m");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-cp");
    command.add(alone ? testClasses(own) : testClasses(own) + File.pathSeparator + all);
    command.add(program.getName());
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).start();
    try {
      String out = new String(process.getInputStream().readAllBytes(), UTF_8);
      String err = new String(process.getErrorStream().readAllBytes(), UTF_8);
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(process.exitValue()).as(err).isZero();
      assertThat(err).contains(expectedPackage);
      return out;
    } finally {
      process.destroyForcibly();
    }
  }

  /** The program is patched into the module under test; its classes are in the test folder. */
  private static String testClasses(Path own) {
    return own.resolveSibling("test-classes").toString();
  }

  private static HttpServer started(com.sun.net.httpserver.HttpHandler handler) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", handler);
    server.start();
    return server;
  }

  @Test
  void theJdkFindsTheProvider() {
    assertThat(HttpServerProvider.provider()).isInstanceOf(WeftHttpServerProvider.class);
  }

  /** The goroutine that sends a large body may end too late for that, on a busy machine. */
  @Test
  void handlersRunInGoroutinesAndConnectionsAreReused() throws Exception {
    HttpServer server =
        started(exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          String thread = Thread.currentThread().isVirtual() ? "virtual " : "platform ";
          byte[] answer = (thread + body.length).getBytes(UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    try (HttpClient client = HttpClient.builder().proxies(ProxyRules.none()).build()) {
      long opened;
      do { // again where it took another connection than the one before
        opened = client.connections().opened();
        for (int size : new int[] {1, 100_000, 1_000_000}) {
          ClientRequest request =
              ClientRequest.post("http:/" + server.getAddress(), Content.of(new byte[size]));
          assertThat(client.send(request).text()).isEqualTo("virtual " + size);
        }
      } while (client.connections().opened() > opened);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aHandlerThatFailsIsAnsweredFor() throws Exception {
    HttpServer server =
        started(exchange -> {
          throw new IllegalStateException("broken on purpose");
        });
    try (HttpClient client = HttpClient.builder().proxies(ProxyRules.none()).build();
        ClientResponse response = client.get("http:/" + server.getAddress())) {
      assertThat(response.status()).isEqualTo(500);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void stoppingWaitsForExchanges() throws Exception {
    var begun = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    HttpServer server =
        started(exchange -> {
          begun.countDown();
          try {
            go.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          exchange.sendResponseHeaders(204, -1);
        });
    try (HttpClient client = HttpClient.builder().proxies(ProxyRules.none()).build()) {
      var status = new int[1];
      Thread asking =
          Thread.ofVirtual()
              .start(() -> {
                try (ClientResponse response = client.get("http:/" + server.getAddress())) {
                  status[0] = response.status();
                } catch (IOException e) {
                  status[0] = -1;
                }
              });
      begun.await();
      Thread stopping = Thread.ofVirtual().start(() -> server.stop(30));
      go.countDown();
      stopping.join();
      asking.join();
      assertThat(status[0]).isEqualTo(204);
    }
  }
}
