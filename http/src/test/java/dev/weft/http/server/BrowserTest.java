package dev.weft.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.http.EventStream;
import dev.weft.http.Router;
import dev.weft.http.TestServer;
import dev.weft.http.websocket.Message;
import dev.weft.http.websocket.WebSocket;
import dev.weft.testing.Chromium;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chromium without a window; the page reports what it has seen. */
class BrowserTest {
  private static final int ASSETS = 100;

  /** Loads its assets, exchanges messages over a WebSocket, and reads events on two connections. */
  private static final String PAGE =
      """
      <!DOCTYPE html><meta charset="utf-8"><link rel="icon" href="data:,"><body><script>
      const seen = [];
      const assets = async () => {
        const texts = await Promise.all([...Array(%d).keys()].map(async i =>
          (await fetch('/assets/' + i)).text()));
        return 'assets ' + texts.filter((text, i) => text === 'asset ' + i + ' '.repeat(1000 * i)).length;
      };
      const echoes = () => new Promise((resolve, reject) => {
        const socket = new WebSocket(location.origin.replace('http', 'ws') + '/ws'), sizes = [];
        const long = 'ä'.repeat(70000);
        socket.binaryType = 'arraybuffer';
        socket.onopen = () => { socket.send(long); socket.send(new Uint8Array(200000).fill(7)); };
        socket.onerror = () => reject('the socket failed');
        socket.onclose = close => resolve('echoes ' + sizes + ' clean ' + close.wasClean + ' ' + close.code);
        socket.onmessage = message => {
          const text = typeof message.data === 'string';
          sizes.push(text ? message.data === long : new Uint8Array(message.data).every(b => b === 7));
          if (sizes.length === 2) socket.close(1000);
        };
      });
      const events = () => new Promise(resolve => {
        const source = new EventSource('/events'), read = [];
        source.onmessage = event => {
          read.push(event.lastEventId + event.data);
          if (read.length === 5) { source.close(); resolve('events ' + read); }
        };
      });
      (async () => {
        let report;
        try { report = [await assets(), await echoes(), await events()].join('; '); } catch (e) { report = '' + e; }
        await fetch('/report', { method: 'POST', body: report });
      })();
      </script>
      """;

  @TempDir Path folder;
  private final Set<String> connections = ConcurrentHashMap.newKeySet();
  private final Set<String> schemes = ConcurrentHashMap.newKeySet();
  private final AtomicInteger streams = new AtomicInteger();
  private final CompletableFuture<String> report = new CompletableFuture<>();

  private Router router() {
    return Router.builder()
        .get(
            "/",
            (_, response) -> response.type("text/html; charset=utf-8").send(PAGE.formatted(ASSETS)))
        .get(
            "/assets/{i}",
            (request, response) -> {
              connections.add(request.remoteAddress().toString());
              schemes.add(request.scheme());
              int i = Integer.parseInt(request.pathValue("i"));
              response.write("asset " + i);
              response.write(" ".repeat(1000 * i));
            })
        .get(
            "/ws",
            (request, response) -> {
              schemes.add(request.scheme());
              try (WebSocket socket = WebSocket.accept(request, response)) {
                for (Message message; (message = socket.receive()) != null; ) {
                  socket.send(message);
                }
              }
            })
        .get(
            "/events",
            (request, response) -> {
              streams.incrementAndGet();
              schemes.add(request.scheme());
              EventStream events = EventStream.open(request, response);
              events.retry(java.time.Duration.ofMillis(1));
              String last = events.lastEventId();
              int from = last == null ? 0 : Integer.parseInt(last);
              for (int i = from + 1; i <= from + 3; i++) {
                events.send(null, "" + i, "!");
              }
            })
        .post(
            "/report",
            (request, response) -> {
              report.complete(request.readText());
              response.send();
            })
        .build();
  }

  private void show(HttpServer.Builder builder, String scheme, String... flags) throws Exception {
    try (var server = new TestServer(builder.handler(router()))) {
      Process process =
          Chromium.show(scheme + "://127.0.0.1:" + server.port + "/", folder, flags)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("log").toFile())
              .start();
      process
          .onExit()
          .thenRun(() -> report.completeExceptionally(new IllegalStateException("it has ended")));
      try {
        assertThat(report.get(3, TimeUnit.MINUTES))
            .isEqualTo(
                "assets " + ASSETS + "; echoes true,true clean true 1000; events 1!,2!,3!,4!,5!");
      } finally {
        Chromium.kill(process);
      }
    }
    assertThat(schemes).containsExactly(scheme);
    assertThat(streams.get()).isEqualTo(2);
    assertThat(connections).as("for %s assets", ASSETS).hasSizeLessThanOrEqualTo(ASSETS / 4);
  }

  @Test
  void aPageLoadsItsAssetsSpeaksOverAWebSocketAndReadsEvents() throws Exception {
    show(HttpServer.builder(), "http", "--no-proxy-server");
  }

  @Test
  void soDoesAPageOverHttps() throws Exception {
    show(
        HttpServer.builder().tls(HttpsTest.serverTls()),
        "https",
        "--no-proxy-server",
        "--ignore-certificate-errors-spki-list=" + publicKeyHash());
  }

  /** What Chromium knows the certificate by: SHA-256 of its public key, in base64. */
  private static String publicKeyHash() throws Exception {
    byte[] key;
    try (InputStream file = Files.newInputStream(HttpsTest.CERTIFICATE)) {
      key =
          CertificateFactory.getInstance("X.509")
              .generateCertificate(file)
              .getPublicKey()
              .getEncoded();
    }
    return Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(key));
  }
}
