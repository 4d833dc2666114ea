package dev.weft.cli.proxy.settings;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The settings of health checks.
 *
 * @param checkEvery the time between two connects to each target; null for none: only failures of
 *     clients' connections show that a target is down
 * @param slowStart how long a target that has returned gets fewer connections than its weight
 *     stands for; zero for no such time
 */
public record Health(@Nullable Duration checkEvery, Duration slowStart) {
  public boolean checks() {
    return checkEvery != null;
  }
}
