package dev.weft.cli.proxy.forward;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** The sums over the connections that have ended. Safe for use by any number of threads. */
public final class Totals {
  private final LongAdder sent = new LongAdder();
  private final LongAdder received = new LongAdder();
  private final Map<Ending, LongAdder> endings = new EnumMap<>(Ending.class);

  Totals() {
    for (Ending each : Ending.values()) {
      endings.put(each, new LongAdder()); // the map is not changed afterwards
    }
  }

  void add(Session session, Ending ending) {
    sent.add(session.sent());
    received.add(session.received());
    count(ending).increment();
  }

  private LongAdder count(Ending ending) {
    LongAdder count = endings.get(ending);
    if (count == null) {
      throw new IllegalStateException("no count for " + ending);
    }
    return count;
  }

  long sent() {
    return sent.sum();
  }

  long received() {
    return received.sum();
  }

  public long ended(Ending ending) {
    return count(ending).sum();
  }
}
