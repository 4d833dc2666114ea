package dev.weft.cli.proxy.forward;

import dev.weft.cli.proxy.periodic.Repeating;
import dev.weft.cli.proxy.settings.Timeouts;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The connections that are open, and a goroutine that looks at each from time to time: for time
 * that is over, and for clients that went away during a dial. So neither costs anything while bytes
 * move.
 */
final class Watch implements AutoCloseable {
  /** An end comes at most that much later than its time. */
  private static final Duration LONGEST_TURN = Duration.ofMillis(250);

  private static final Duration SHORTEST_TURN = Duration.ofMillis(10);

  /** Time-outs are kept to within this part of them. */
  private static final int PARTS = 8;

  private final Set<Session> open = ConcurrentHashMap.newKeySet();
  private final LongSupplier clock;
  private volatile Duration turn = LONGEST_TURN;
  private @Nullable Repeating turns;

  Watch(LongSupplier clock) {
    this.clock = clock;
  }

  synchronized void start() {
    turns = new Repeating("proxy watch", () -> turn, this::checkAll);
  }

  private void checkAll() {
    long now = clock.getAsLong();
    open.forEach(session -> session.check(now));
  }

  /** Looks often enough for these time-outs from now on. */
  void keep(Timeouts timeouts) {
    Duration shortest = LONGEST_TURN.multipliedBy(PARTS);
    for (Duration each : new Duration[] {timeouts.idle(), timeouts.total()}) {
      shortest = each != null && each.compareTo(shortest) < 0 ? each : shortest;
    }
    Duration part = shortest.dividedBy(PARTS);
    turn = part.compareTo(SHORTEST_TURN) < 0 ? SHORTEST_TURN : part;
  }

  void add(Session session) {
    open.add(session);
  }

  void remove(Session session) {
    open.remove(session);
  }

  Collection<Session> open() {
    return open;
  }

  /** Ends the watch, and no connection. */
  @Override
  public synchronized void close() {
    if (turns != null) {
      turns.close();
    }
  }
}
