package dev.weft.cli.proxy;

import dev.weft.Weft;
import dev.weft.context.CancellableContext;
import dev.weft.context.CancelledException;
import dev.weft.context.Context;
import dev.weft.net.Dialer;
import java.time.Duration;
import java.util.List;

/** Connects to each target again and again, until it is closed. */
final class HealthChecks implements AutoCloseable {
  private final CancellableContext context = Context.background().withCancel();
  private final List<Target> targets;
  private final Duration every;
  private final Dialer dialer;
  private final Thread clock;

  HealthChecks(List<Target> targets, Duration every) {
    this.targets = targets;
    this.every = every;
    dialer = Dialer.DEFAULT.timeout(every); // so that a check ends before the next begins
    clock = Weft.go("proxy health checks", this::run);
  }

  private void run() {
    try {
      while (!context.isCancelled()) {
        targets.forEach(target -> Weft.go(() -> check(target)));
        Weft.sleep(every);
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  private void check(Target target) {
    try {
      target.check(context, dialer);
    } catch (CancelledException e) {
      // closed
    }
  }

  @Override
  public void close() {
    context.cancel();
    clock.interrupt();
  }
}
