package dev.weft.debug.otel;

import dev.weft.context.Context;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A listener whose connections are spans without a length: what it waits for is no work. */
final class AcceptSpans implements Listener {
  private final Tracer tracer;
  private final Listener listener;

  AcceptSpans(Tracer tracer, Listener listener) {
    this.tracer = tracer;
    this.listener = listener;
  }

  @Override
  public Conn accept() throws IOException {
    Conn conn = listener.accept();
    Span span = tracer.spanBuilder("accept").setNoParent().startSpan();
    Attributes.setPeer(span, conn.remoteAddress());
    span.end();
    return conn;
  }

  @Override
  public Listener withContext(Context context) {
    return new AcceptSpans(tracer, listener.withContext(context));
  }

  @Override
  public SocketAddress localAddress() {
    return listener.localAddress();
  }

  @Override
  public void setDeadline(@Nullable Duration fromNow) throws IOException {
    listener.setDeadline(fromNow);
  }

  @Override
  public <T> Listener setOption(SocketOption<T> option, T value) throws IOException {
    listener.setOption(option, value);
    return this;
  }

  @Override
  public <T> T getOption(SocketOption<T> option) throws IOException {
    return listener.getOption(option);
  }

  @Override
  public Set<SocketOption<?>> supportedOptions() {
    return listener.supportedOptions();
  }

  @Override
  public boolean isOpen() {
    return listener.isOpen();
  }

  @Override
  public void close() {
    listener.close();
  }

  @Override
  public String toString() {
    return "traced " + listener;
  }
}
