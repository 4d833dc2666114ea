package dev.weft.debug.logback;

import dev.weft.debug.otel.Tracing;
import dev.weft.internal.track.Goroutines;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import java.util.Map;

/** The fields that a log line has about its goroutine. */
final class LogFields {
  private static final boolean HAS_TRACES = isThere("io.opentelemetry.api.trace.Span");

  private LogFields() {}

  private static boolean isThere(String name) {
    try {
      Class.forName(name, false, LogFields.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  static void addTo(Map<String, String> fields) {
    Thread current = Thread.currentThread();
    if (!current.isVirtual()) {
      return;
    }
    fields.put("goroutine", String.valueOf(current.threadId()));
    String label = Goroutines.label();
    if (label != null) {
      fields.put("label", label);
    }
    if (HAS_TRACES) {
      Traces.addTo(fields);
    }
  }

  /** Loaded only where OpenTelemetry is on the path. */
  private static final class Traces {
    static void addTo(Map<String, String> fields) {
      SpanContext span = Span.fromContext(Tracing.current()).getSpanContext();
      if (span.isValid()) {
        fields.put("trace_id", span.getTraceId());
        fields.put("span_id", span.getSpanId());
      }
    }
  }
}
