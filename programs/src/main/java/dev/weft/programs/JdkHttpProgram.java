package dev.weft.programs;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The JDK's HTTP server with a virtual thread for each exchange. */
final class JdkHttpProgram implements HttpProgram {
  private record JdkExchange(HttpExchange exchange) implements Exchange {
    @Override
    public String path() {
      return exchange.getRequestURI().getPath();
    }

    @Override
    public InputStream body() {
      return exchange.getRequestBody();
    }

    @Override
    public OutputStream answer(long length) throws IOException {
      exchange.sendResponseHeaders(200, length == 0 ? -1 : length);
      return exchange.getResponseBody();
    }
  }

  @Override
  public AutoCloseable serve(int port) throws IOException {
    return serve(port, exchange -> Pages.serve(new JdkExchange(exchange)));
  }

  /** Serves everything with one handler. */
  static AutoCloseable serve(int port, HttpHandler handler) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 4096);
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(threads);
    server.createContext("/", handler);
    server.start();
    return () -> {
      server.stop(0);
      threads.shutdown();
    };
  }

  /** Serves {@code greeting} for each request. */
  static AutoCloseable serve(int port, Greeting greeting) throws IOException {
    return serve(
        port,
        exchange -> {
          try {
            Pages.answer(new JdkExchange(exchange), greeting.get());
          } catch (IOException e) {
            throw e;
          } catch (Exception e) {
            throw new IOException(e);
          }
        });
  }

  /** Computes the body of a response. */
  interface Greeting {
    byte[] get() throws Exception;
  }
}
