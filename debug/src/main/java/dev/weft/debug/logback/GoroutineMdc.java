package dev.weft.debug.logback;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggerContextListener;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.spi.LifeCycle;
import org.slf4j.spi.MDCAdapter;

/**
 * Adds to the MDC of each log line which goroutine it comes from: {@code goroutine}, its id; {@code
 * label}, if it has one; {@code trace_id} and {@code span_id}, if OpenTelemetry's API is on the
 * path and a span is current. In {@code logback.xml}:
 *
 * <pre>{@code
 * <contextListener class="dev.weft.debug.logback.GoroutineMdc"/>
 * ...
 * <pattern>%d %-5level [g%X{goroutine} %X{label} %X{trace_id}] %logger - %msg%n</pattern>
 * }</pre>
 *
 * <p>Encoders that write JSON have the same keys. The values are read when the line is logged, so
 * goroutines that do not log have no cost. Values that the program itself puts under these keys
 * have precedence. Only tracked goroutines have labels: see {@link dev.weft.debug.Debug}.
 */
public final class GoroutineMdc extends ContextAwareBase
    implements LoggerContextListener, LifeCycle {
  private boolean started;

  /** Called by Logback, which also starts it. */
  public GoroutineMdc() {}

  /** Does the same as the element of the configuration, for those that have none. */
  public static void install(LoggerContext context) {
    MDCAdapter adapter = context.getMDCAdapter();
    if (!(adapter instanceof GoroutineMdcAdapter)) {
      context.setMDCAdapter(new GoroutineMdcAdapter(adapter));
    }
  }

  @Override
  public void start() {
    install((LoggerContext) getContext());
    started = true;
  }

  @Override
  public void stop() {
    started = false;
  }

  @Override
  public boolean isStarted() {
    return started;
  }

  /** The configuration that is loaded after a reset adds the listener again. */
  @Override
  public boolean isResetResistant() {
    return false;
  }

  @Override
  public void onStart(LoggerContext context) {}

  @Override
  public void onReset(LoggerContext context) {}

  @Override
  public void onStop(LoggerContext context) {}

  @Override
  public void onLevelChange(Logger logger, Level level) {}
}
