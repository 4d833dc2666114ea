package dev.weft.debug.otel;

import dev.weft.net.tls.HandshakeListener;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Handshakes as spans, which are created when the handshakes have ended. */
final class HandshakeSpans implements HandshakeListener {
  private final Tracer tracer;

  HandshakeSpans(Tracer tracer) {
    this.tracer = tracer;
  }

  @Override
  public void ended(
      SSLSession session,
      boolean isClient,
      @Nullable SocketAddress peer,
      Duration took,
      @Nullable IOException failure) {
    Span span =
        tracer
            .spanBuilder("tls handshake")
            .setParent(Tracing.current())
            .setStartTimestamp(Instant.now().minus(took))
            .startSpan();
    Attributes.setPeer(span, peer);
    if (failure == null) {
      span.setAttribute(Attributes.TLS_VERSION, session.getProtocol());
      span.setAttribute(Attributes.TLS_CIPHER, session.getCipherSuite());
    } else {
      Attributes.setFailure(span, failure);
    }
    span.end();
  }
}
