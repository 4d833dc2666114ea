package dev.weft.cli.proxy.settings;

import dev.weft.net.Listener;
import dev.weft.net.limit.Limits;

/**
 * The limits within which connections are accepted. A connection above the limit of its address is
 * reset; the others wait in the kernel.
 *
 * @param maxConns how many may be open on one listener; 0 for any number
 * @param maxPerPeer how many of them may come from one address; 0 for any number
 * @param rate how many are accepted a second; 0 for any number
 */
public record Admission(int maxConns, int maxPerPeer, int rate) {
  /** The connections of {@code listener} within these limits; itself when there are none. */
  public Listener on(Listener listener) {
    return maxConns == 0 && maxPerPeer == 0 && rate == 0 ? listener : limits().on(listener);
  }

  private Limits limits() {
    Limits limits = Limits.NONE;
    limits = maxConns == 0 ? limits : limits.maxConnections(maxConns);
    limits = maxPerPeer == 0 ? limits : limits.maxPerPeer(maxPerPeer);
    return rate == 0 ? limits : limits.acceptRate(rate, rate);
  }
}
