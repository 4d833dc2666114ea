package dev.weft.http.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.Weft;
import dev.weft.http.Headers;
import dev.weft.http.Programs;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The client against servers that others have written. A test whose server is not installed says so
 * and is skipped.
 */
class RealServersTest {
  private static final String NGINX =
      """
      daemon off; master_process off; pid %1$s/pid; error_log stderr;
      events {}
      http {
        access_log off; default_type text/plain;
        client_body_temp_path %1$s/t1; proxy_temp_path %1$s/t2; fastcgi_temp_path %1$s/t3;
        uwsgi_temp_path %1$s/t4; scgi_temp_path %1$s/t5;
        server {
          listen 127.0.0.1:%2$d; root %1$s/www;
          gzip on; gzip_types *; gzip_min_length 1000; client_max_body_size 2m;
          location /files/ { dav_methods PUT DELETE; }
          location /three { keepalive_requests 3; return 200 $connection_requests; }
          location /short { keepalive_timeout 2ms; return 200 short; }
          location /moved { return 302 /page.txt; }
        }
      }
      """;

  private static final String APACHE =
      """
      ServerName localhost
      Listen 127.0.0.1:%2$d
      PidFile %1$s/pid
      DefaultRuntimeDir %1$s
      ErrorLog /dev/stderr
      LogLevel error
      User nobody
      Group nogroup
      LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
      LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
      LoadModule alias_module /usr/lib/apache2/modules/mod_alias.so
      LoadModule mime_module /usr/lib/apache2/modules/mod_mime.so
      LoadModule filter_module /usr/lib/apache2/modules/mod_filter.so
      LoadModule deflate_module /usr/lib/apache2/modules/mod_deflate.so
      LoadModule dav_module /usr/lib/apache2/modules/mod_dav.so
      LoadModule dav_fs_module /usr/lib/apache2/modules/mod_dav_fs.so
      TypesConfig /dev/null
      AddType text/plain .txt
      DavLockDB %1$s/locks
      DocumentRoot %1$s/www
      AddOutputFilterByType DEFLATE text/plain
      Redirect 302 /moved /page.txt
      KeepAliveTimeout 300
      <Location /files>
        Dav On
        LimitRequestBody 2000000
      </Location>
      """;

  @TempDir Path folder;
  private final HttpClient client = HttpClient.builder().proxies(ProxyRules.none()).build();
  private final Path www = Path.of("www");
  private String page = "";
  private @Nullable Process server;
  private String base = "";

  @BeforeEach
  void fill() throws IOException {
    page = "a line of a page that shrinks\n".repeat(5000);
    Files.createDirectories(folder.resolve(www).resolve("files"));
    Files.writeString(folder.resolve("www/page.txt"), page);
    // A server that is started by root gives up its rights first.
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.setPosixFilePermissions(
        folder.resolve("www/files"), PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  @AfterEach
  void stop() throws InterruptedException {
    client.close();
    if (server != null) {
      Programs.kill(server);
      server.waitFor();
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Starts a server and waits until it listens. */
  private void start(int port, String... command) throws Exception {
    Process started =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    server = started;
    base = "http://127.0.0.1:" + port;
    while (true) {
      assertThat(started.isAlive()).as(() -> String.join(" ", command) + ": " + log()).isTrue();
      try {
        new Socket(InetAddress.getLoopbackAddress(), port).close();
        return;
      } catch (IOException e) {
        Thread.sleep(10);
      }
    }
  }

  private String log() {
    try {
      return Files.readString(folder.resolve("log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private void startNginx() throws Exception {
    String program = Programs.require("nginx", "nginx");
    int port = freePort();
    Path configuration = folder.resolve("conf");
    Files.writeString(configuration, NGINX.formatted(folder, port));
    start(port, program, "-p", folder.toString(), "-e", "stderr", "-c", configuration.toString());
  }

  private void startApache() throws Exception {
    String program = Programs.require("apache2", "apache2");
    int port = freePort();
    Path configuration = folder.resolve("conf");
    Files.writeString(configuration, APACHE.formatted(folder, port));
    start(port, program, "-X", "-f", configuration.toString());
  }

  private String get(String path) throws IOException {
    return client.get(base + path).text();
  }

  private static byte[] randomBytes(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private static Content stream(byte[] bytes) {
    return Content.of(new ByteArrayInputStream(bytes));
  }

  // ---- What both servers of files do

  private void filesGoBothWays() throws Exception {
    byte[] bytes = randomBytes(1_500_000);
    int i = 0;
    for (ClientRequest put :
        List.of(
            ClientRequest.put(base + "/files/0", Content.of(bytes)),
            ClientRequest.put(base + "/files/1", Content.of(bytes)).expectContinue(),
            ClientRequest.put(base + "/files/2", stream(bytes)),
            ClientRequest.put(base + "/files/3", stream(bytes)).expectContinue())) {
      try (ClientResponse response = client.send(put)) {
        assertThat(response.status()).as("%s: %s", i, log()).isEqualTo(201);
      }
      assertThat(client.get(base + "/files/" + i).bytes()).isEqualTo(bytes);
      i++;
    }
    try (ClientResponse response = client.send(ClientRequest.delete(base + "/files/0"))) {
      assertThat(response.status()).isEqualTo(204);
    }
    assertThat(client.get(base + "/files/0").status()).isEqualTo(404);
  }

  private void bodiesThatAreTooLongAreRefused() throws Exception {
    byte[] bytes = randomBytes(3_000_000);
    for (ClientRequest put :
        List.of(
            ClientRequest.put(base + "/files/a", Content.of(bytes)).expectContinue(),
            ClientRequest.put(base + "/files/b", Content.of(bytes)))) {
      try (ClientResponse response = client.send(put)) {
        assertThat(response.status()).isEqualTo(413);
      }
    }
  }

  private void pagesAreRead() throws Exception {
    ClientResponse compressed = client.get(base + "/page.txt");
    assertThat(compressed.headers().contains("Content-Encoding")).isFalse();
    assertThat(compressed.text()).isEqualTo(page);
    assertThat(get("/moved")).isEqualTo(page);
    ClientResponse part =
        client.send(ClientRequest.get(base + "/page.txt").header("Range", "bytes=2-5"));
    assertThat(part.status()).isEqualTo(206);
    assertThat(part.text()).isEqualTo(page.substring(2, 6));
    try (ClientResponse head = client.send(ClientRequest.head(base + "/page.txt"))) {
      assertThat(head.status()).isEqualTo(200);
      assertThat(head.bytes()).isEmpty();
    }
    String tag = client.send(ClientRequest.head(base + "/page.txt")).header("ETag");
    assertThat(tag).isNotNull();
    try (ClientResponse same =
        client.send(ClientRequest.get(base + "/page.txt").header("If-None-Match", tag))) {
      assertThat(same.status()).isEqualTo(304);
    }
    assertThat(client.connections().opened()).as("all on one connection").isEqualTo(1);
  }

  // ---- nginx

  @Test
  void nginxServesAndStoresFiles() throws Exception {
    startNginx();
    pagesAreRead();
    filesGoBothWays();
    bodiesThatAreTooLongAreRefused();
  }

  @Test
  void connectionsThatNginxEndsAfterThreeRequestsAreNotUsedFurther() throws Exception {
    startNginx();
    List<String> counts = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      counts.add(get("/three"));
    }
    assertThat(counts).containsExactly("1", "2", "3", "1", "2", "3", "1");
    assertThat(client.connections().opened()).isEqualTo(3);
  }

  /** nginx closes idle connections within the time in which the next request is sent. */
  @Test
  void requestsSurviveConnectionsThatNginxClosesJustThen() throws Exception {
    startNginx();
    var random = new Random(1);
    for (int i = 0; i < 200; i++) {
      assertThat(get("/short")).isEqualTo("short");
      Weft.sleep(Duration.ofNanos(1_500_000 + random.nextInt(1_500_000)));
    }
  }

  // ---- Apache

  @Test
  void apacheServesAndStoresFiles() throws Exception {
    startApache();
    pagesAreRead();
    filesGoBothWays();
    bodiesThatAreTooLongAreRefused();
  }

  // ---- Go

  /** A body that tells its length by its end, with a trailer. */
  private record Digested(byte[] bytes) implements Content {
    @Override
    public long length() {
      return -1;
    }

    @Override
    public boolean isRepeatable() {
      return true;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      out.write(bytes);
    }

    @Override
    public Headers trailers() {
      return new Headers().add("Digest", "d");
    }
  }

  @Test
  void goAnswersEverything() throws Exception {
    String go = Programs.require("golang-go", "go");
    Path source = folder.resolve("peer.go");
    try (InputStream in = RealServersTest.class.getResourceAsStream("peer.go")) {
      Files.write(source, in.readAllBytes());
    }
    Path program = folder.resolve("peer");
    Programs.run(go, "build", "-o", program.toString(), source.toString());
    Process started =
        new ProcessBuilder(program.toString())
            .redirectError(folder.resolve("log").toFile())
            .start();
    server = started;
    base = "http://127.0.0.1:" + started.inputReader().readLine();

    Set<String> connections = new HashSet<>();
    for (int i = 0; i < 5; i++) {
      connections.add(get("/hello"));
    }
    assertThat(connections).hasSize(1);

    ClientResponse chunks = client.get(base + "/chunks");
    assertThat(chunks.text()).isEqualTo("piece 0\npiece 1\npiece 2\n");
    assertThat(chunks.trailers().get("Sum")).isEqualTo("3");

    byte[] bytes = randomBytes(1_000_000);
    ClientRequest post = ClientRequest.post(base + "/echo", Content.of(bytes));
    ClientRequest trailing =
        ClientRequest.post(base + "/echo", new Digested(bytes)).header("Trailer", "Digest");
    for (ClientRequest each :
        List.of(post, post.expectContinue(), trailing, trailing.expectContinue())) {
      ClientResponse echo = client.send(each);
      assertThat(echo.header("Seen")).isIn("1000000", "-1 d");
      assertThat(echo.bytes()).isEqualTo(bytes);
    }

    ClientRequest refused = ClientRequest.post(base + "/refuse", Content.of(bytes));
    assertThat(client.send(refused).status()).isEqualTo(403);
    assertThat(client.send(refused.expectContinue()).status()).isEqualTo(403);

    List<String> hints = new ArrayList<>();
    ClientRequest early =
        ClientRequest.get(base + "/early")
            .onInformational((status, fields) -> hints.add(status + " " + fields.get("Link")));
    assertThat(client.send(early).text()).isEqualTo("late");
    assertThat(hints).containsExactly("103 </a.css>; rel=preload");

    assertThatThrownBy(() -> get("/cut")).isInstanceOf(EOFException.class);
  }
}
