package dev.weft.httpserver;

import com.sun.net.httpserver.HttpContext;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.weft.http.server.ServerLimits;
import dev.weft.net.ListenConfig;
import dev.weft.net.Listener;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A server of the JDK's interface. */
final class WeftServer extends HttpServer {
  /** Accepts as many fields as the JDK's server does, and bodies of any length. */
  private static final ServerLimits LIMITS =
      ServerLimits.DEFAULT.withFields(200).withBody(Long.MAX_VALUE);

  private final Contexts contexts;
  private final UnaryOperator<Listener> securing;
  private final dev.weft.http.server.HttpServer server;
  private final CountDownLatch stopped = new CountDownLatch(1);

  // Guarded by this.
  private @Nullable Listener listener;
  private @Nullable Executor executor;
  private boolean started;

  /** A server of plain HTTP. */
  WeftServer() {
    this(null, UnaryOperator.identity());
  }

  /**
   * @param face the server that programs see; null for this one
   * @param securing what is done with the listener before connections are accepted from it
   */
  WeftServer(@Nullable HttpServer face, UnaryOperator<Listener> securing) {
    contexts = new Contexts(face == null ? this : face);
    this.securing = securing;
    server =
        dev.weft.http.server.HttpServer.builder()
            .limits(LIMITS)
            .handler(new Dispatcher(contexts, this::getExecutor))
            .build();
  }

  @Override
  public synchronized void bind(InetSocketAddress address, int backlog) throws IOException {
    Objects.requireNonNull(address, "address");
    if (listener != null) {
      throw new BindException("HttpServer already bound");
    }
    ListenConfig config = ListenConfig.DEFAULT;
    listener = (backlog > 0 ? config.backlog(backlog) : config).listen(address);
  }

  @Override
  public synchronized void start() {
    if (listener == null || started || stopped.getCount() == 0) {
      throw new IllegalStateException("server in wrong state");
    }
    started = true;
    server.serve(securing.apply(listener));
    // Goroutines are daemon threads, but a started server keeps the JDK's process alive.
    Thread keeper = new Thread(this::awaitStop, "weft-httpserver");
    keeper.setDaemon(false);
    keeper.start();
  }

  private void awaitStop() {
    try {
      stopped.await();
    } catch (InterruptedException e) {
      // the process ends
    }
  }

  @Override
  public synchronized void setExecutor(@Nullable Executor newExecutor) {
    if (started) {
      throw new IllegalStateException("server already started");
    }
    executor = newExecutor;
  }

  @Override
  public synchronized @Nullable Executor getExecutor() {
    return executor;
  }

  @Override
  public void stop(int delay) {
    if (delay < 0) {
      throw new IllegalArgumentException("negative delay parameter");
    }
    stopped.countDown();
    Listener open;
    synchronized (this) {
      open = listener;
    }
    if (open != null) {
      open.close();
    }
    try {
      server.shutdown(Duration.ofSeconds(delay));
    } catch (InterruptedException e) {
      server.close();
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public HttpContext createContext(String path, HttpHandler handler) {
    return contexts.create(path, Objects.requireNonNull(handler, "handler"));
  }

  @Override
  public HttpContext createContext(String path) {
    return contexts.create(path, null);
  }

  @Override
  public void removeContext(String path) {
    contexts.remove(Objects.requireNonNull(path, "path"));
  }

  @Override
  public void removeContext(HttpContext context) {
    contexts.remove(context.getPath());
  }

  @Override
  @SuppressWarnings("NullAway") // the JDK's is null too before the server is bound
  public synchronized InetSocketAddress getAddress() {
    return listener == null ? null : (InetSocketAddress) listener.localAddress();
  }
}
