package dev.weft.net.server;

import dev.weft.Weft;
import dev.weft.context.CancellableContext;
import dev.weft.context.Context;
import dev.weft.internal.closing.CloseSteps;
import dev.weft.internal.sched.TimerCondition;
import dev.weft.internal.settings.Require;
import dev.weft.internal.track.Goroutines;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Accepts connections and serves each in a goroutine of its own.
 *
 * <pre>{@code
 * try (Server server = new Server(conn -> echo(conn)).idleTimeout(Duration.ofMinutes(1))) {
 *   server.start(Net.listen("tcp", ":8080"));
 *   awaitShutdown();
 *   int cutOff = server.drain(Duration.ofSeconds(10));
 * }
 * }</pre>
 *
 * <p>Limits belong to the listener: start the server with {@code limits.on(listener)}, see {@link
 * dev.weft.net.limit.Limits}.
 *
 * <p><b>States.</b>
 *
 * <pre>
 *   serving  --drain, close--> draining  listeners are closed; onDrain was called once for each open connection
 *   draining --the last connection ends--> ended
 *   draining --the deadline, close--> ended     the rest were closed, and their contexts cancelled
 * </pre>
 *
 * <p>Handlers run with a context of the server as the {@linkplain Context#current() current} one;
 * it is cancelled when the rest is closed. All methods are safe for use by any number of threads;
 * the settings are to be made before the first {@link #start}.
 */
public final class Server implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("dev.weft");

  private enum Phase {
    SERVING,
    /** {@link #onDrain} was or is being called. */
    DRAINING
  }

  private final ConnHandler handler;
  private final CancellableContext context = Context.background().withCancel();
  private final Map<Conn, Phase> open = new ConcurrentHashMap<>();
  private final List<Listener> listeners = new ArrayList<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final TimerCondition ended = new TimerCondition(lock);
  private final LongAdder accepted = new LongAdder();
  private final LongAdder brokenByPeer = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder idle = new LongAdder();
  private @Nullable Duration idleTimeout;
  private BiConsumer<? super Conn, ? super Exception> onFailure = Server::log;
  private Consumer<? super Conn> onDrain = Server::closeRead;
  private volatile boolean draining;

  /** A server that is not started yet. */
  public Server(ConnHandler handler) {
    this.handler = Objects.requireNonNull(handler, "handler");
  }

  // Settings

  /**
   * Limits how long a read or a write of a connection may wait: a longer wait fails with {@link
   * SocketTimeoutException}. A deadline that the handler sets replaces this one.
   */
  public Server idleTimeout(Duration timeout) {
    Require.positive("idle timeout", timeout);
    idleTimeout = timeout;
    return this;
  }

  /**
   * Called when a handler failed with something else than an {@link IOException}; the default logs
   * it. Runs in the handler's goroutine.
   */
  public Server onFailure(BiConsumer<? super Conn, ? super Exception> action) {
    onFailure = Objects.requireNonNull(action, "action");
    return this;
  }

  /**
   * Called once for each open connection when the server begins to drain. The default ends reading
   * ({@link Conn#closeRead}), so that a handler that waits for the next request reads the end of
   * the stream, and one that is about to write still can. Must not block.
   */
  public Server onDrain(Consumer<? super Conn> action) {
    onDrain = Objects.requireNonNull(action, "action");
    return this;
  }

  // Serving

  /** Accepts connections in a goroutine of its own until the listener or the server is closed. */
  public Server start(Listener listener) {
    add(listener);
    context.run(() -> Weft.go("accept " + listener, () -> AcceptLoop.run(listener, this::begin)));
    return this;
  }

  /** Accepts connections in the calling thread until the listener or the server is closed. */
  public void serve(Listener listener) throws InterruptedException {
    add(listener);
    AcceptLoop.run(listener, this::begin);
  }

  private void add(Listener listener) {
    lock.lock();
    try {
      if (draining) {
        listener.close();
        throw new IllegalStateException("the server is closed");
      }
      listeners.add(listener);
    } finally {
      lock.unlock();
    }
  }

  private void begin(Conn conn) {
    try {
      accepted.increment();
      open.put(conn, Phase.SERVING);
      if (context.isCancelled()) { // closeRest() may have run before it was added
        end(conn);
        return;
      }
      if (draining) {
        drain(conn); // drain() may have run before it was added
      }
      context.run(() -> Weft.go(() -> serve(conn)));
    } catch (Throwable e) {
      end(conn);
      throw e;
    }
  }

  private void serve(Conn conn) {
    Duration timeout = idleTimeout;
    Goroutines.serves(conn);
    try {
      handler.serve(timeout == null ? conn : new IdleTimeoutConn(conn, timeout));
    } catch (SocketTimeoutException e) {
      idle.increment();
    } catch (IOException e) {
      brokenByPeer.increment();
    } catch (Exception e) {
      failed.increment();
      onFailure.accept(conn, e);
    } catch (Throwable e) {
      failed.increment();
      throw e;
    } finally {
      end(conn);
    }
  }

  private void end(Conn conn) {
    try {
      conn.close();
    } finally { // also without memory for an orderly end
      open.remove(conn);
      if (draining) {
        lock.lock();
        try {
          ended.signalAll();
        } finally {
          lock.unlock();
        }
      }
    }
  }

  private static void log(Conn conn, Exception failure) {
    LOG.log(Level.ERROR, "the handler of " + conn + " failed", failure);
  }

  // Ending

  /**
   * Stops accepting, waits for the open connections to end, and closes those that have not at the
   * deadline.
   *
   * @return how many connections were closed before their handlers had ended
   * @throws InterruptedException when interrupted while waiting; the server continues to drain, and
   *     this may be called again
   */
  public int drain(Duration timeout) throws InterruptedException {
    CloseSteps steps = new CloseSteps();
    beginDraining(steps);
    long left = TimeUnit.NANOSECONDS.convert(timeout);
    lock.lock();
    try {
      while (!open.isEmpty() && left > 0) {
        left = ended.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
    int rest = closeRest(steps);
    steps.end();
    return rest;
  }

  private void beginDraining(CloseSteps steps) {
    List<Listener> toClose;
    lock.lock();
    try {
      draining = true;
      toClose = List.copyOf(listeners);
      listeners.clear();
    } finally {
      lock.unlock();
    }
    steps.each(toClose, Listener::close);
    steps.each(open.keySet(), this::drain);
  }

  /** Draining may begin more than once, and while a connection is added. */
  private void drain(Conn conn) {
    if (!open.replace(conn, Phase.SERVING, Phase.DRAINING)) {
      return;
    }
    try {
      onDrain.accept(conn);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "the action for draining " + conn + " failed", e);
    }
  }

  private static void closeRead(Conn conn) {
    try {
      conn.closeRead();
    } catch (IOException e) {
      // The connection has ended already.
    } catch (UnsupportedOperationException e) {
      conn.close();
    }
  }

  private int closeRest(CloseSteps steps) {
    int rest = open.size(); // before handlers end because of the context
    context.cancel();
    // A connection that is added from now on closes itself.
    steps.each(open.keySet(), Conn::close);
    return rest;
  }

  /**
   * Stops accepting and closes all connections at once; handlers end by the failure of their calls.
   */
  @Override
  public void close() {
    CloseSteps steps = new CloseSteps();
    beginDraining(steps);
    closeRest(steps);
    steps.end();
  }

  /** The server's statistics. */
  public ServerStats stats() {
    return new ServerStats(
        open.size(), accepted.sum(), brokenByPeer.sum(), failed.sum(), idle.sum());
  }

  @Override
  public String toString() {
    return "server: " + stats();
  }
}
