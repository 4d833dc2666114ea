package dev.weft.http.proxy;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The servers behind a proxy, which take turns. One that could not be reached is tried after the
 * others for a while.
 */
final class Upstreams {
  private static final long AVOIDED = Duration.ofSeconds(2).toNanos();

  /** A server. */
  static final class Upstream {
    final URI uri;
    private volatile long failedAt = System.nanoTime() - AVOIDED;

    private Upstream(URI uri) {
      this.uri = uri;
    }

    void failed() {
      failedAt = System.nanoTime();
    }

    private boolean isAvoided(long now) {
      return now - failedAt < AVOIDED;
    }
  }

  private final List<Upstream> all;
  private final AtomicInteger next = new AtomicInteger();

  Upstreams(List<URI> uris) {
    all = uris.stream().map(Upstream::new).toList();
  }

  /** All of them, in the order in which one request tries them. */
  List<Upstream> inTurn() {
    if (all.size() == 1) {
      return all;
    }
    long now = System.nanoTime();
    int first = Math.floorMod(next.getAndIncrement(), all.size());
    List<Upstream> order = new ArrayList<>(all.size());
    List<Upstream> avoided = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      Upstream each = all.get((first + i) % all.size());
      (each.isAvoided(now) ? avoided : order).add(each);
    }
    order.addAll(avoided);
    return order;
  }
}
