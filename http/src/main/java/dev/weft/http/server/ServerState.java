package dev.weft.http.server;

import dev.weft.context.CancellableContext;
import dev.weft.context.Context;
import dev.weft.http.Handler;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What the connections of one server share: its settings, its clock, whether it stops, and the
 * contexts from which those of requests are derived.
 */
final class ServerState {
  private final Handler handler;
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
   * @param forwarding finds clients for which trusted proxies forward; null without such proxies
   * @param proxyProtocol whether connections begin with a header of the PROXY protocol
   */
  ServerState(
      Handler handler,
      ServerLimits limits,
      ServerTimeouts timeouts,
      @Nullable Forwarding forwarding,
      boolean proxyProtocol) {
    this.handler = handler;
    this.limits = limits;
    this.timeouts = timeouts;
    this.forwarding = forwarding;
    this.proxyProtocol = proxyProtocol;
  }

  Handler handler() {
    return handler;
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
