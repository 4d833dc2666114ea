package dev.weft.bench.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * {@code blocking} and {@code jdk}: blocking code on {@code java.net}, a thread per connection.
 * Both run the same code on different threads.
 */
final class ThreadServer implements Server {
  private final ServerSocket listener;
  private final Protocol protocol;
  private final int size;
  private final ExecutorService threads;

  private ThreadServer(Protocol protocol, int size, int backlog, ExecutorService threads)
      throws IOException {
    this.protocol = protocol;
    this.size = size;
    this.threads = threads;
    listener = new ServerSocket(0, backlog, InetAddress.getLoopbackAddress());
  }

  /** Reuses threads, so few are started, unless {@link ServerMain#FRESH_THREADS} is set. */
  static ThreadServer onPlatformThreads(Protocol protocol, int size, int backlog)
      throws IOException {
    ExecutorService threads =
        Boolean.getBoolean(ServerMain.FRESH_THREADS)
            ? Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())
            : Executors.newCachedThreadPool();
    return new ThreadServer(protocol, size, backlog, threads);
  }

  static ThreadServer onVirtualThreads(Protocol protocol, int size, int backlog)
      throws IOException {
    return new ThreadServer(protocol, size, backlog, Executors.newVirtualThreadPerTaskExecutor());
  }

  @Override
  public int port() {
    return listener.getLocalPort();
  }

  @Override
  public void serve() {
    threads.execute(this::accept);
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        threads.execute(() -> serve(socket));
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      Exchange exchange = protocol.newExchange(size);
      InputStream in = socket.getInputStream();
      OutputStream out = socket.getOutputStream();
      byte[] buffer = new byte[exchange.requestLimit()];
      int have = 0;
      for (int n; (n = in.read(buffer, have, buffer.length - have)) > 0; ) {
        have += n;
        int at = 0;
        while (exchange.next(buffer, at, have)) {
          out.write(exchange.answer(), exchange.answerOffset(), exchange.answerLength());
          at = exchange.end();
          if (exchange.isLast()) {
            return;
          }
        }
        have -= at;
        System.arraycopy(buffer, at, buffer, 0, have);
      }
    } catch (IOException e) {
      // The client has closed or reset the connection.
    }
  }

  @Override
  public void startHog() {
    threads.execute(new Hog());
  }
}
