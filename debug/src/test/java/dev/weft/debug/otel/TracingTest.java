package dev.weft.debug.otel;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.Weft;
import dev.weft.http.Handler;
import dev.weft.http.Router;
import dev.weft.http.client.ConnDialer;
import dev.weft.http.client.HttpClient;
import dev.weft.http.server.HttpServer;
import dev.weft.net.Dialer;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.net.Pipe;
import dev.weft.net.tls.TlsConfig;
import dev.weft.net.tls.TlsConn;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TracingTest {
  private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
  private final OpenTelemetrySdk sdk = sdk(Sampler.parentBased(Sampler.alwaysOn()));
  private final Tracing tracing = new Tracing(sdk);

  private OpenTelemetrySdk sdk(Sampler sampler) {
    return OpenTelemetrySdk.builder()
        .setTracerProvider(
            SdkTracerProvider.builder()
                .setSampler(sampler)
                .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                .build())
        .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
        .build();
  }

  @AfterEach
  void end() {
    sdk.close();
  }

  private HttpClient client() {
    return HttpClient.builder()
        .intercept(tracing.client())
        .dialer(tracing.dialing(ConnDialer.of(Dialer.DEFAULT)))
        .build();
  }

  /** A server's URI; the listener says where it is. */
  private HttpServer serve(AtomicReference<String> uri, Handler handler) throws IOException {
    HttpServer server = HttpServer.builder().handler(tracing.server().wrap(handler)).build();
    Listener listener = Net.listen("tcp", "127.0.0.1:0");
    uri.set("http://127.0.0.1:" + ((InetSocketAddress) listener.localAddress()).getPort() + "/a?b");
    server.serve(tracing.accepting(listener));
    return server;
  }

  /** The span for which that holds, once it has ended: a server's ends after its response. */
  private SpanData await(Predicate<SpanData> which) throws Exception {
    eventually("there is the span", () -> exporter.getFinishedSpanItems().stream().anyMatch(which));
    return exporter.getFinishedSpanItems().stream().filter(which).findFirst().orElseThrow();
  }

  private static Predicate<SpanData> named(String name) {
    return span -> span.getName().equals(name);
  }

  private static Predicate<SpanData> of(SpanKind kind) {
    return span -> span.getKind() == kind;
  }

  private static String string(SpanData span, String attribute) {
    return span.getAttributes().get(AttributeKey.stringKey(attribute));
  }

  @Test
  void theServersSpanIsAChildOfTheClients() throws Exception {
    AtomicReference<String> uri = new AtomicReference<>();
    try (HttpServer _ = serve(uri, (_, response) -> response.send("x"));
        HttpClient client = client()) {
      assertThat(client.get(uri.get()).text()).isEqualTo("x");
      SpanData sent = await(of(SpanKind.CLIENT));
      SpanData served = await(of(SpanKind.SERVER));
      assertThat(served.getTraceId()).isEqualTo(sent.getTraceId());
      assertThat(served.getParentSpanId()).isEqualTo(sent.getSpanId());
      assertThat(served.getName()).isEqualTo("GET");
      assertThat(string(served, "http.request.method")).isEqualTo("GET");
      assertThat(string(served, "url.path")).isEqualTo("/a");
      assertThat(string(served, "url.query")).isEqualTo("b");
      assertThat(string(served, "http.route")).isNull();
      assertThat(string(served, "server.address")).isEqualTo("127.0.0.1");
      assertThat(served.getAttributes().get(Attributes.SERVER_PORT))
          .isEqualTo(URI.create(uri.get()).getPort());
      assertThat(string(sent, "url.full")).isEqualTo(uri.get());
      assertThat(sent.getAttributes().get(Attributes.STATUS)).isEqualTo(200);
      SpanData dialed = await(named("dial tcp"));
      assertThat(dialed.getParentSpanId()).isEqualTo(sent.getSpanId());
      assertThat(string(dialed, "server.address")).isEqualTo("127.0.0.1");
      assertThat(string(await(named("accept")), "network.peer.address")).isEqualTo("127.0.0.1");
    }
  }

  @Test
  void theRouteNamesTheSpan() throws Exception {
    AtomicReference<String> uri = new AtomicReference<>();
    Router router = Router.builder().get("/{name}", (_, response) -> response.send("x")).build();
    try (HttpServer _ = serve(uri, router);
        HttpClient client = HttpClient.create()) {
      client.get(uri.get()).close();
      SpanData served = await(of(SpanKind.SERVER));
      assertThat(served.getName()).isEqualTo("GET /{name}");
      assertThat(string(served, "http.route")).isEqualTo("/{name}");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "h.example:80, h.example, 80",
    "'[::1]:8080', ::1, 8080",
    "h.example, h.example,",
    "/run/a.sock, /run/a.sock,",
    "'[::1]', '[::1]',"
  })
  void aServerIsAHostAndAPort(String address, String host, Long port) {
    Span span = sdk.getTracer("test").spanBuilder("server").startSpan();
    Attributes.setServer(span, address);
    span.end();
    SpanData ended = exporter.getFinishedSpanItems().getFirst();
    assertThat(string(ended, "server.address")).isEqualTo(host);
    assertThat(ended.getAttributes().get(Attributes.SERVER_PORT)).isEqualTo(port);
  }

  @Test
  void aGoroutineOfAHandlerCallsWithinTheSameTrace() throws Exception {
    AtomicReference<String> inner = new AtomicReference<>();
    AtomicReference<String> outer = new AtomicReference<>();
    AtomicReference<String> seen = new AtomicReference<>();
    try (HttpServer _ = serve(inner, (_, response) -> response.send("x"));
        HttpClient client = client();
        HttpServer _ =
            serve(
                outer,
                (_, response) -> {
                  seen.set(Span.current().getSpanContext().getSpanId());
                  Weft.go(() -> client.get(inner.get()).close()).join();
                  response.send("y");
                });
        HttpClient plain = HttpClient.create()) {
      assertThat(plain.get(outer.get()).text()).isEqualTo("y");
      SpanData served = await(span -> span.getSpanId().equals(seen.get()));
      SpanData sent = await(of(SpanKind.CLIENT));
      assertThat(sent.getParentSpanId()).isEqualTo(served.getSpanId());
      assertThat(served.getParentSpanContext().isValid()).isFalse();
    }
  }

  @Test
  void whatIsNotSampledIsNotSampledByTheServerEither() throws Exception {
    AtomicReference<String> uri = new AtomicReference<>();
    AtomicReference<Boolean> sampled = new AtomicReference<>();
    try (OpenTelemetrySdk off = sdk(Sampler.alwaysOff());
        HttpServer _ =
            serve(uri, (_, _) -> sampled.set(Span.current().getSpanContext().isSampled()));
        HttpClient client = HttpClient.builder().intercept(new Tracing(off).client()).build()) {
      client.get(uri.get()).close();
      assertThat(sampled.get()).isFalse();
      assertThat(exporter.getFinishedSpanItems()).noneMatch(of(SpanKind.SERVER));
    }
  }

  @Test
  void aFailureIsInTheSpan() throws Exception {
    AtomicReference<String> uri = new AtomicReference<>();
    try (HttpServer _ =
            serve(
                uri,
                (_, response) -> {
                  response.status(503);
                  response.send("busy");
                });
        HttpClient client = client()) {
      client.get(uri.get()).close();
      SpanData served = await(of(SpanKind.SERVER));
      assertThat(served.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
      assertThat(string(served, "error.type")).isEqualTo("503");
    }
  }

  @Test
  void aHandshakeIsASpanThatTellsWhyItFailed() throws Exception {
    TlsConfig config = TlsConfig.builder().onHandshake(tracing.handshakes()).build();
    try (Pipe pipe = Pipe.open()) {
      pipe.second().close();
      TlsConn conn = config.client(pipe.first(), "localhost");
      assertThatThrownBy(conn::handshake).isInstanceOf(IOException.class);
    }
    SpanData failed = await(named("tls handshake"));
    assertThat(failed.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(string(failed, "error.type")).startsWith("java");
  }
}
