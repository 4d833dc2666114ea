package dev.weft.debug.otel;

import dev.weft.http.client.ConnDialer;
import dev.weft.net.Conn;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A dialer whose connections are spans, including the look-up of the name. */
final class DialSpans implements ConnDialer {
  private final Tracer tracer;
  private final ConnDialer dialer;

  DialSpans(Tracer tracer, ConnDialer dialer) {
    this.tracer = tracer;
    this.dialer = dialer;
  }

  @Override
  public Conn dial(
      dev.weft.context.Context work, String network, String address, @Nullable Duration remaining)
      throws IOException {
    Span span = tracer.spanBuilder("dial " + network).setParent(Tracing.in(work)).startSpan();
    Attributes.setServer(span, address);
    try {
      Conn conn = dialer.dial(work, network, address, remaining);
      Attributes.setPeer(span, conn.remoteAddress());
      return conn;
    } catch (Throwable e) {
      Attributes.setFailure(span, e);
      throw e;
    } finally {
      span.end();
    }
  }
}
