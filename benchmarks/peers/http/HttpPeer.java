import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.weft.http.Handler;
import dev.weft.http.Router;
import dev.weft.http.files.StaticFiles;
import dev.weft.http.server.HttpServer;
import dev.weft.net.tls.TlsConfig;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * {@code HttpPeer weft|jdk PORT FOLDER}: hello at {@code /}, the folder's files below {@code
 * /files/}, and a short answer to what is posted to {@code /json}; the same with TLS at the port
 * behind. The folder has cert.pem, key.pem, and both in key.p12.
 */
public final class HttpPeer {
  private static final byte[] HELLO = "Hello, World!".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] OK = "{\"ok\":true}".getBytes(StandardCharsets.US_ASCII);

  private HttpPeer() {}

  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[1]);
    Path folder = Path.of(arguments[2]);
    if (arguments[0].equals("weft")) {
      weft(port, folder);
    } else {
      jdk(port, folder);
    }
    Thread.sleep(Long.MAX_VALUE);
  }

  private static void weft(int port, Path folder) throws Exception {
    Handler handler =
        Router.builder()
            .get("/", (_, response) -> response.type("text/plain").send(HELLO))
            .get("/files/{path...}", StaticFiles.of(folder))
            .post(
                "/json",
                (request, response) -> {
                  request.readBody();
                  response.type("application/json").send(OK);
                })
            .build();
    HttpServer.start("127.0.0.1:" + port, handler);
    TlsConfig tls =
        TlsConfig.builder()
            .certificateFiles(folder.resolve("cert.pem"), folder.resolve("key.pem"))
            .build();
    HttpServer.builder().handler(handler).tls(tls).build().listen("127.0.0.1:" + (port + 1));
  }

  private static void jdk(int port, Path folder) throws Exception {
    var plain = com.sun.net.httpserver.HttpServer.create(address(port), 0);
    HttpsServer secure = HttpsServer.create(address(port + 1), 0);
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(folder.resolve("key.p12"))) {
      keys.load(in, "secret".toCharArray());
    }
    KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(keys, "secret".toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    secure.setHttpsConfigurator(new HttpsConfigurator(context));
    for (var server : new com.sun.net.httpserver.HttpServer[] {plain, secure}) {
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.createContext("/", answer("text/plain", HELLO));
      server.createContext("/json", answer("application/json", OK));
      server.createContext("/files/", exchange -> sendFile(exchange, folder));
      server.start();
    }
  }

  private static InetSocketAddress address(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  private static HttpHandler answer(String type, byte[] body) {
    return exchange -> {
      try (exchange) {
        exchange.getRequestBody().readAllBytes();
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
      }
    };
  }

  private static void sendFile(HttpExchange exchange, Path folder) throws java.io.IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      Path file = folder.resolve(path.substring("/files/".length()));
      exchange.sendResponseHeaders(200, Files.size(file));
      Files.copy(file, exchange.getResponseBody());
    }
  }
}
