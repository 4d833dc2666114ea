package dev.weft.http.server;

import dev.weft.context.CancellableContext;
import dev.weft.context.Context;
import dev.weft.http.AccessLog;
import dev.weft.http.Handler;
import dev.weft.http.HttpException;
import dev.weft.http.internal.log.RefusedRequests;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What the connections of one server share: its settings, its clock, whether it stops, and the
 * contexts from which those of requests are derived.
 */
final class ServerState {
  private final Handler handler;
  private final @Nullable AccessLog accessLog;
  private final ServerLimits limits;
  private final ServerTimeouts timeouts;
  private final @Nullable Forwarding forwarding;
  private final boolean proxyProtocol;
  private final ServerClock clock = new ServerClock();
  private final CancellableContext context = Context.background().withCancel();
  private final CancellableContext stopping = Context.background().withCancel();
  private final LongAdder badPrefaces = new LongAdder();
  private volatile boolean isStopping;

  /**
   * @param accessLog null for none
   * @param forwarding finds clients for which trusted proxies forward; null without such proxies
   * @param proxyProtocol whether connections begin with a header of the PROXY protocol
   */
  ServerState(
      Handler handler,
      @Nullable AccessLog accessLog,
      ServerLimits limits,
      ServerTimeouts timeouts,
      @Nullable Forwarding forwarding,
      boolean proxyProtocol) {
    this.handler = accessLog == null ? handler : accessLog.wrap(handler);
    this.accessLog = accessLog;
    this.limits = limits;
    this.timeouts = timeouts;
    this.forwarding = forwarding;
    this.proxyProtocol = proxyProtocol;
  }

  Handler handler() {
    return handler;
  }

  /** Returns a handler for a request that the server refuses with this response. */
  Handler refusing(HttpException answer) {
    Handler refusing =
        (_, _) -> {
          throw answer;
        };
    return accessLog == null ? refusing : accessLog.wrap(refusing);
  }

  /**
   * Records a request that no handler sees.
   *
   * @param begin of its first line, as far as that came
   * @param bytes of the response's body
   */
  void refused(SocketAddress client, String begin, int status, long bytes) {
    if (accessLog != null) {
      boolean named = client instanceof InetSocketAddress address && address.getAddress() != null;
      String text = named ? ((InetSocketAddress) client).getAddress().getHostAddress() : "";
      RefusedRequests.write(accessLog, text, begin, status, bytes);
    }
  }

  ServerLimits limits() {
    return limits;
  }

  ServerTimeouts timeouts() {
    return timeouts;
  }

  @Nullable Forwarding forwarding() {
    return forwarding;
  }

  boolean usesProxyProtocol() {
    return proxyProtocol;
  }

  ServerClock clock() {
    return clock;
  }

  // ---- Stopping

  /** Publishes that the server stops. Contexts are not cancelled by this. */
  void beginStopping() {
    isStopping = true;
  }

  boolean isStopping() {
    return isStopping;
  }

  /** Cancels {@link #stopping}, after {@link #beginStopping}. */
  void cancelStopping() {
    stopping.cancel();
  }

  /** Cancels the contexts of requests and stops the clock. */
  void close() {
    context.cancel();
    clock.stop();
  }

  /** Returns a context that is cancelled when the server is closed. */
  Context context() {
    return context;
  }

  /** Returns a context that is cancelled when the server begins to stop. */
  Context stopping() {
    return stopping;
  }

  // ---- Statistics

  void countBadPreface() {
    badPrefaces.increment();
  }

  long badPrefaces() {
    return badPrefaces.sum();
  }
}
