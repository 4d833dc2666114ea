package dev.weft.cli.proxy.targets;

import dev.weft.Weft;
import dev.weft.cli.proxy.periodic.Repeating;
import dev.weft.context.CancellableContext;
import dev.weft.context.CancelledException;
import dev.weft.context.Context;
import java.time.Duration;

/** Connects to each target at a fixed interval, to find out which ones accept connections. */
public final class HealthChecks implements AutoCloseable {
  private final CancellableContext context = Context.background().withCancel();
  private final Targets targets;
  private final Duration every;
  private final Repeating rounds;

  /**
   * @param every the interval, and the time limit of a check, which so ends before the next begins
   */
  public HealthChecks(Targets targets, Duration every) {
    this.targets = targets;
    this.every = every;
    rounds = new Repeating("proxy health checks", () -> every, this::checkAll);
  }

  private void checkAll() {
    targets.all().forEach(target -> Weft.go(() -> check(target)));
  }

  private void check(Target target) {
    try {
      target.check(context, targets.connector(), every);
    } catch (CancelledException e) {
      // closed
    }
  }

  @Override
  public void close() {
    context.cancel();
    rounds.close();
  }
}
