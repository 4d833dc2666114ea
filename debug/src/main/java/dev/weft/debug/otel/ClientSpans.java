package dev.weft.debug.otel;

import dev.weft.http.client.ClientRequest;
import dev.weft.http.client.ClientResponse;
import dev.weft.http.client.Sender;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;

/** A sender whose calls are spans, and whose requests carry the trace's context. */
final class ClientSpans implements Sender {
  private final Tracer tracer;
  private final TextMapPropagator propagator;
  private final Sender next;

  ClientSpans(Tracer tracer, TextMapPropagator propagator, Sender next) {
    this.tracer = tracer;
    this.propagator = propagator;
    this.next = next;
  }

  @Override
  public ClientResponse send(dev.weft.context.Context work, ClientRequest request)
      throws IOException {
    Context parent = Tracing.in(work);
    Span span =
        tracer
            .spanBuilder(Attributes.nameOf(request.method()))
            .setParent(parent)
            .setSpanKind(SpanKind.CLIENT)
            .startSpan();
    if (span.isRecording()) {
      describe(span, request);
    }
    Context context = parent.with(span);
    try {
      ClientResponse response =
          next.send(work.withValue(Tracing.KEY, context), withFields(request, context));
      span.setAttribute(Attributes.STATUS, (long) response.status());
      if (response.status() >= 400) {
        span.setAttribute(Attributes.ERROR_TYPE, String.valueOf(response.status()));
        span.setStatus(StatusCode.ERROR);
      }
      return response;
    } catch (Throwable e) {
      Attributes.setFailure(span, e);
      throw e;
    } finally {
      span.end();
    }
  }

  private ClientRequest withFields(ClientRequest request, Context context) {
    Map<String, String> fields = new HashMap<>();
    propagator.inject(context, fields, (map, name, value) -> fields.put(name, value));
    ClientRequest with = request;
    for (Map.Entry<String, String> field : fields.entrySet()) {
      with = with.header(field.getKey(), field.getValue());
    }
    return with;
  }

  private static void describe(Span span, ClientRequest request) {
    URI uri = request.uri();
    Attributes.setMethod(span, request.method());
    span.setAttribute(Attributes.URL, withoutUserInfo(uri));
    if (uri.getHost() != null) {
      span.setAttribute(Attributes.SERVER_ADDRESS, uri.getHost());
    }
    int port = uri.getPort() >= 0 ? uri.getPort() : "https".equals(uri.getScheme()) ? 443 : 80;
    span.setAttribute(Attributes.SERVER_PORT, (long) port);
  }

  private static String withoutUserInfo(URI uri) {
    String text = uri.toString();
    String secret = uri.getRawUserInfo();
    return secret == null ? text : text.replace(secret + "@", "REDACTED@");
  }
}
