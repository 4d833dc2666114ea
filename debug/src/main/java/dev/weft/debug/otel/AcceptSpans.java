package dev.weft.debug.otel;

import dev.weft.context.Context;
import dev.weft.net.Conn;
import dev.weft.net.FilterListener;
import dev.weft.net.Listener;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import java.io.IOException;

/** A listener whose connections are spans without duration, since accepting only waits. */
final class AcceptSpans extends FilterListener {
  private final Tracer tracer;

  AcceptSpans(Tracer tracer, Listener listener) {
    super(listener);
    this.tracer = tracer;
  }

  @Override
  public Conn accept() throws IOException {
    Conn conn = listener.accept();
    try {
      Span span = tracer.spanBuilder("accept").setNoParent().startSpan();
      Attributes.setPeer(span, conn.remoteAddress());
      span.end();
      return conn;
    } catch (Throwable e) {
      conn.close();
      throw e;
    }
  }

  @Override
  public Listener withContext(Context context) {
    return new AcceptSpans(tracer, listener.withContext(context));
  }

  @Override
  public String toString() {
    return "traced " + listener;
  }
}
