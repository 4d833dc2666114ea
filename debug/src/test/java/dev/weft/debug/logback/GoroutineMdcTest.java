package dev.weft.debug.logback;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.AppenderBase;
import dev.weft.Weft;
import dev.weft.debug.Debug;
import dev.weft.debug.otel.Tracing;
import dev.weft.http.client.HttpClient;
import dev.weft.http.server.HttpServer;
import dev.weft.net.Listener;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.ByteArrayInputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

final class GoroutineMdcTest {
  private static final String CONFIGURATION =
      """
      <configuration>
        <contextListener class="dev.weft.debug.logback.GoroutineMdc"/>
        <root level="info"/>
      </configuration>
      """;

  private final LoggerContext context = new LoggerContext();
  private final LogbackMDCAdapter mdc = new LogbackMDCAdapter();
  private final List<Map<String, String>> lines = new CopyOnWriteArrayList<>();
  private Logger logger;

  @BeforeEach
  void configure() throws Exception {
    context.setMDCAdapter(mdc);
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(
        new ByteArrayInputStream(CONFIGURATION.getBytes(StandardCharsets.UTF_8)));
    AppenderBase<ILoggingEvent> appender =
        new AppenderBase<>() {
          @Override
          protected void append(ILoggingEvent event) {
            lines.add(event.getMDCPropertyMap()); // on the thread that logs
          }
        };
    appender.setContext(context);
    appender.start();
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
    logger = context.getLogger("test");
  }

  @AfterEach
  void stop() {
    context.stop();
  }

  private Map<String, String> logged() {
    assertThat(lines).hasSize(1);
    return lines.getFirst();
  }

  @Test
  void aLineTellsTheGoroutineAndItsLabel() throws Exception {
    try (Debug _ = Debug.serve("127.0.0.1:0")) {
      Thread goroutine =
          Weft.go(() -> {
            mdc.put("tenant", "x");
            Weft.label("tenant-7");
            logger.info("hello");
          });
      goroutine.join();
      assertThat(logged())
          .containsEntry("goroutine", String.valueOf(goroutine.threadId()))
          .containsEntry("label", "tenant-7")
          .containsEntry("tenant", "x");
    }
  }

  @Test
  void aLineOfARequestTellsItsTrace() throws Exception {
    AtomicReference<Span> span = new AtomicReference<>();
    try (OpenTelemetrySdk sdk =
            OpenTelemetrySdk.builder()
                .setTracerProvider(
                    SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(InMemorySpanExporter.create()))
                        .build())
                .build();
        HttpServer server =
            HttpServer.builder()
                .handler(
                    new Tracing(sdk)
                        .server()
                        .wrap((_, _) -> {
                          span.set(Span.current());
                          Weft.go(() -> logger.info("from a goroutine of the request")).join();
                        }))
                .build();
        HttpClient client = HttpClient.create()) {
      Listener listener = server.listen("127.0.0.1:0");
      int port = ((InetSocketAddress) listener.localAddress()).getPort();
      client.get("http://127.0.0.1:" + port + "/").close();
      assertThat(logged())
          .containsEntry("trace_id", span.get().getSpanContext().getTraceId())
          .containsEntry("span_id", span.get().getSpanContext().getSpanId());
    }
  }

  @Test
  void aPlatformThreadHasNoGoroutine() {
    logger.info("hello");
    assertThat(logged()).isEmpty();
  }
}
