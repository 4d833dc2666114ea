package dev.weft.debug.otel;

import dev.weft.http.Handler;
import dev.weft.http.HttpException;
import dev.weft.http.Request;
import dev.weft.http.Response;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A handler whose requests are spans. */
final class ServerSpans implements Handler {
  private static final TextMapGetter<Request> FIELDS =
      new TextMapGetter<>() {
        @Override
        @SuppressWarnings("deprecation") // and still without a default
        public Iterable<String> keys(Request request) {
          Set<String> names = new LinkedHashSet<>();
          request.headers().forEach((name, _) -> names.add(name));
          return names;
        }

        @Override
        public @Nullable String get(@Nullable Request request, String name) {
          return request == null ? null : request.header(name);
        }
      };

  private final Tracer tracer;
  private final TextMapPropagator propagator;
  private final Handler next;

  ServerSpans(Tracer tracer, TextMapPropagator propagator, Handler next) {
    this.tracer = tracer;
    this.propagator = propagator;
    this.next = next;
  }

  @Override
  public void handle(Request request, Response response) throws Exception {
    Context parent = propagator.extract(Context.root(), request, FIELDS);
    Span span =
        tracer
            .spanBuilder(Attributes.nameOf(request.method()))
            .setParent(parent)
            .setSpanKind(SpanKind.SERVER)
            .startSpan();
    if (span.isRecording()) {
      describe(span, request);
    }
    Context context = parent.with(span);
    int failed = 0;
    try (Scope _ = context.makeCurrent()) {
      dev.weft.context.Context.current()
          .withValue(Tracing.KEY, context)
          .call(() -> {
            next.handle(request, response);
            return null;
          });
    } catch (HttpException e) {
      failed = e.status();
      throw e;
    } catch (Throwable e) {
      failed = 500;
      Attributes.setFailure(span, e);
      throw e;
    } finally {
      String route = request.route(); // known once the router has it
      if (route != null) {
        span.updateName(Attributes.nameOf(request.method()) + " " + route);
        span.setAttribute(Attributes.ROUTE, route);
      }
      end(span, failed == 0 || response.isCommitted() ? response.status() : failed);
    }
  }

  private static void describe(Span span, Request request) {
    Attributes.setMethod(span, request.method());
    span.setAttribute(Attributes.PATH, request.rawPath());
    String query = request.rawQuery();
    if (query != null) {
      span.setAttribute(Attributes.QUERY, query);
    }
    span.setAttribute(Attributes.SCHEME, request.scheme());
    Attributes.setServer(span, request.host());
    span.setAttribute(Attributes.CLIENT_ADDRESS, request.clientAddress());
    span.setAttribute(
        Attributes.PROTOCOL_VERSION,
        request.protocol().substring(request.protocol().indexOf('/') + 1));
    Attributes.setPeer(span, request.remoteAddress());
  }

  private static void end(Span span, int status) {
    span.setAttribute(Attributes.STATUS, (long) status);
    if (status >= 500) {
      span.setAttribute(Attributes.ERROR_TYPE, String.valueOf(status));
      span.setStatus(StatusCode.ERROR);
    }
    span.end();
  }
}
