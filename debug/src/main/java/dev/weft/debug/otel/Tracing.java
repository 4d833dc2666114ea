package dev.weft.debug.otel;

import dev.weft.http.Middleware;
import dev.weft.http.client.ConnDialer;
import dev.weft.http.client.Interceptor;
import dev.weft.net.Listener;
import dev.weft.net.tls.HandshakeListener;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;

/**
 * Creates OpenTelemetry spans for what a program does on the network, with the names and attributes
 * of its semantic conventions. OpenTelemetry's configuration decides what is sampled, which header
 * fields carry the trace context ({@code traceparent}) and where spans are exported.
 *
 * <pre>{@code
 * var tracing = new Tracing(GlobalOpenTelemetry.get());
 * var server = HttpServer.builder().handler(tracing.server().wrap(router)).build();
 * server.serve(tracing.accepting(Net.listen("tcp", ":8080")));
 * var client = HttpClient.builder()
 *     .intercept(tracing.client())
 *     .dialer(tracing.dialing(ConnDialer.of(Dialer.DEFAULT)))
 *     .build();
 * }</pre>
 *
 * <p>While a handler runs, its span is the current one of OpenTelemetry, and Weft's {@link
 * dev.weft.context.Context} carries it too: goroutines inherit the context, so what they send
 * belongs to the same trace. Other libraries in such a goroutine find it once {@code
 * Tracing.current()} is made current there.
 *
 * <p>Needs {@code opentelemetry-api}. Safe for use by any number of threads.
 */
public final class Tracing {
  static final dev.weft.context.Context.Key<Context> KEY =
      dev.weft.context.Context.Key.named("OpenTelemetry");

  private static final String NAME = "dev.weft";

  private final Tracer tracer;
  private final TextMapPropagator propagator;

  public Tracing(OpenTelemetry openTelemetry) {
    tracer = openTelemetry.getTracer(NAME);
    propagator = openTelemetry.getPropagators().getTextMapPropagator();
  }

  /**
   * The context of OpenTelemetry on this thread: its own current one, or, where there is none, that
   * of the goroutine's {@link dev.weft.context.Context}.
   */
  public static Context current() {
    return in(dev.weft.context.Context.current());
  }

  /** The same, for work that belongs to {@code work}. */
  static Context in(dev.weft.context.Context work) {
    Context carried = work.value(KEY);
    if (carried == null) {
      carried = Context.current();
    }
    if (carried != Context.root()) {
      return carried;
    }
    Context inherited = dev.weft.context.Context.current().value(KEY);
    return inherited == null ? carried : inherited;
  }

  /**
   * Creates a span for each request of a server, as a child of the client's span if the request
   * carries one. Around a {@link dev.weft.http.Router} it is named for the route: {@code GET
   * /orders/{id}}.
   */
  public Middleware server() {
    return next -> new ServerSpans(tracer, propagator, next);
  }

  /**
   * Creates a span for each call of a client, which ends when the head of the response is received.
   */
  public Interceptor client() {
    return next -> new ClientSpans(tracer, propagator, next);
  }

  /** Creates a span for each connection that a client dials, as a child of the call's. */
  public ConnDialer dialing(ConnDialer dialer) {
    return new DialSpans(tracer, dialer);
  }

  /** Creates a span without duration for each connection that is accepted. */
  public Listener accepting(Listener listener) {
    return new AcceptSpans(tracer, listener);
  }

  /** Creates a span for each handshake: for {@code TlsConfig.Builder.onHandshake}. */
  public HandshakeListener handshakes() {
    return new HandshakeSpans(tracer);
  }
}
