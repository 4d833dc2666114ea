package dev.weft.httpserver;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Authenticator;
import com.sun.net.httpserver.BasicAuthenticator;
import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpHandlers;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A program written for the JDK's server, which knows nothing of Weft. It asks its own server and
 * prints what comes, so that two servers can be compared.
 */
public final class JdkProgram {
  /** What a handler saw after it had answered. */
  private static final CompletableFuture<String> MISTAKES = new CompletableFuture<>();

  private JdkProgram() {}

  /** With any argument it says which class the server has. */
  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createTempDirectory("jdk-program");
    Path file = Files.writeString(folder.resolve("page.txt"), "a page");
    InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    HttpServer server = HttpServer.create(any, 50);
    System.err.println(server.getClass().getPackageName());
    createContexts(server, folder);
    ExecutorService executor = Executors.newFixedThreadPool(2);
    if (arguments.length > 0) {
      server.setExecutor(executor);
    }
    server.start();
    try {
      int port = server.getAddress().getPort();
      ask(port);
      misuse(server);
    } finally {
      server.stop(0);
      executor.shutdown();
      Files.delete(file);
      Files.delete(folder);
    }
  }

  private static void createContexts(HttpServer server, Path folder) {
    server.createContext("/hello", exchange -> send(exchange, 200, "hello"));
    server.createContext("/hello/longer", exchange -> send(exchange, 200, "longer"));
    server.createContext("/echo", JdkProgram::echo);
    server.createContext(
        "/chunks",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          try (OutputStream out = exchange.getResponseBody()) {
            for (int i = 0; i < 3; i++) {
              out.write(("piece " + i + "\n").getBytes(UTF_8));
              out.flush();
            }
          }
        });
    server.createContext("/nothing", exchange -> exchange.sendResponseHeaders(204, -1));
    server.createContext("/empty", exchange -> exchange.sendResponseHeaders(404, -1));
    server.createContext(
        "/head",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Length", "99");
          exchange.sendResponseHeaders(200, -1);
        });
    server.createContext(
        "/later",
        exchange ->
            new Thread(
                    () -> {
                      try {
                        send(exchange, 200, "later");
                      } catch (IOException e) {
                        throw new IllegalStateException(e);
                      }
                    })
                .start());
    server.createContext("/closed", HttpExchange::close);
    server.createContext(
        "/fields",
        exchange -> {
          Headers fields = exchange.getRequestHeaders();
          send(
              exchange,
              200,
              fields.get("x-one")
                  + " "
                  + fields.getFirst("X-TWO")
                  + " "
                  + fields.containsKey("None")
                  + " "
                  + exchange.getRequestURI()
                  + " "
                  + exchange.getRequestURI().getQuery()
                  + " "
                  + exchange.getProtocol()
                  + " "
                  + exchange.getHttpContext().getPath()
                  + " "
                  + exchange.getRemoteAddress().getAddress().isLoopbackAddress());
        });
    server.createContext("/mistakes", JdkProgram::mistakes);
    HttpContext filtered =
        server.createContext(
            "/filtered",
            exchange -> send(exchange, 200, "filtered " + exchange.getAttribute("seen")));
    filtered
        .getFilters()
        .add(
            Filter.beforeHandler(
                "marks", exchange -> exchange.setAttribute("seen", "by a filter")));
    filtered
        .getFilters()
        .add(
            Filter.adaptRequest(
                "adds", request -> request.with("X-Added", java.util.List.of("1"))));
    HttpContext secret =
        server.createContext(
            "/secret",
            exchange -> send(exchange, 200, "for " + exchange.getPrincipal().getUsername()));
    Authenticator basic =
        new BasicAuthenticator("here") {
          @Override
          public boolean checkCredentials(String user, String password) {
            return user.equals("me") && password.equals("pw");
          }
        };
    secret.setAuthenticator(basic);
    server.createContext("/files", SimpleFileServer.createFileHandler(folder.toAbsolutePath()));
    HttpHandler canned = HttpHandlers.of(201, Headers.of("X-Canned", "yes"), "canned");
    server.createContext("/canned", canned);
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/plain");
    exchange.sendResponseHeaders(status, bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  private static void echo(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      exchange.getResponseHeaders().add("X-Method", exchange.getRequestMethod());
      exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    } catch (IOException e) {
      if (exchange.getResponseCode() < 0) {
        throw e;
      }
    }
  }

  private static void mistakes(HttpExchange exchange) throws IOException {
    StringBuilder seen = new StringBuilder();
    seen.append(exchange.getResponseCode()).append(' ');
    seen.append(
        failure(() -> {
          exchange.getResponseBody().write(1);
          return 0;
        }));
    seen.append(failure(() -> exchange.getRequestHeaders().put("a", null)));
    byte[] text = (seen + "|").getBytes(UTF_8);
    exchange.sendResponseHeaders(200, text.length);
    exchange.getResponseBody().write(text);
    String late =
        failure(() -> {
          exchange.sendResponseHeaders(200, 1);
          return 0;
        });
    String tooMany =
        failure(() -> {
          exchange.getResponseBody().write(1);
          return 0;
        });
    exchange.getResponseBody().close();
    MISTAKES.complete("late: " + late + ", too many: " + tooMany + exchange.getResponseCode());
  }

  private static String failure(Callable<?> call) {
    try {
      return String.valueOf(call.call());
    } catch (Exception e) {
      return (e instanceof IOException ? "IOException" : e.getClass().getSimpleName()) + " ";
    }
  }

  private static void misuse(HttpServer server) throws IOException {
    PrintStream out = System.out;
    out.println(MISTAKES.join());
    out.println(failure(() -> server.createContext("nothing", HttpExchange::close)));
    out.println(failure(() -> server.createContext("/hello", HttpExchange::close)));
    out.println(
        failure(() -> {
          server.removeContext("/none");
          return 0;
        }));
    out.println(
        failure(() -> {
          server.start();
          return 0;
        }));
    HttpServer unbound = HttpServer.create();
    out.println(
        unbound.getAddress()
            + " "
            + failure(() -> {
              unbound.start();
              return 0;
            }));
    try {
      server.bind(new InetSocketAddress(0), 0);
    } catch (BindException e) {
      out.println("bound: " + e.getMessage());
    }
    out.println(
        failure(() -> {
          server.stop(-1);
          return 0;
        }));
  }

  // ---- Asking

  private static void ask(int port) throws IOException {
    for (String request :
        new String[] {
          "GET /hello HTTP/1.1\r\n",
          "GET /hello/world?a=b HTTP/1.1\r\n",
          "GET /hello/longer/x HTTP/1.1\r\n",
          "GET /none HTTP/1.1\r\n",
          "HEAD /head HTTP/1.1\r\n",
          "POST /echo HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello",
          "PUT /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
          "GET /chunks HTTP/1.1\r\n",
          "GET /nothing HTTP/1.1\r\n",
          "GET /empty HTTP/1.1\r\n",
          "GET /later HTTP/1.1\r\n",
          "GET /closed HTTP/1.1\r\n",
          "GET /fields?q=a%20b HTTP/1.1\r\nX-One: 1\r\nX-ONE: 2\r\nx-two: 3\r\n",
          "GET /mistakes HTTP/1.1\r\n",
          "GET /filtered HTTP/1.1\r\n",
          "GET /secret HTTP/1.1\r\n",
          "GET /secret HTTP/1.1\r\nAuthorization: Basic bWU6bm8=\r\n",
          "GET /secret HTTP/1.1\r\nAuthorization: Basic bWU6cHc=\r\n",
          "GET /files/page.txt HTTP/1.1\r\n",
          "GET /files/missing HTTP/1.1\r\n",
          "POST /files/page.txt HTTP/1.1\r\nContent-Length: 0\r\n",
          "GET /canned HTTP/1.1\r\n",
        }) {
      String line = request.substring(0, request.indexOf('\r'));
      System.out.println(line + " -> " + exchange(port, request));
    }
  }

  private static String exchange(int port, String request) throws IOException {
    int fields = request.indexOf("\r\n") + 2;
    String whole =
        request.substring(0, fields)
            + "Host: h\r\nConnection: close\r\n"
            + request.substring(fields)
            + (request.contains("\r\n\r\n") ? "" : "\r\n");
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write(whole.getBytes(UTF_8));
      byte[] answer = socket.getInputStream().readAllBytes();
      return describe(new String(answer, UTF_8));
    }
  }

  /** Status, fields that are not about framing or time, and the body. */
  private static String describe(String answer) {
    int end = answer.indexOf("\r\n\r\n");
    if (end < 0) {
      return "closed";
    }
    String[] lines = answer.substring(0, end).split("\r\n");
    Map<String, String> fields = new TreeMap<>();
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      fields.merge(
          lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
          lines[i].substring(colon + 1).strip(),
          (one, other) -> one + ", " + other);
    }
    String body = answer.substring(end + 4);
    if ("chunked".equals(fields.get("transfer-encoding"))) {
      body = body.replaceAll("(?:^|\r\n)[0-9a-f]+\r\n", "").replaceAll("\r\n$", "");
    }
    for (String name : new String[] {"date", "transfer-encoding", "connection", "last-modified"}) {
      fields.remove(name);
    }
    if (!lines[0].contains(" 200 ") || fields.getOrDefault("content-length", "").equals("0")) {
      fields.remove("content-length");
    }
    return lines[0].substring(9, 12) + " " + fields + " <" + body + ">";
  }
}
