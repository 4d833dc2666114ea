package dev.weft.net.tls;

import dev.weft.stats.LatencyCounts;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Handshakes of one {@link TlsConfig}, or of several. Counts are read one after the other, not at
 * one moment.
 *
 * @param full handshakes with keys and certificates
 * @param resumed handshakes that resumed an earlier session
 * @param failed handshakes that failed, by the alert's name; "none" for those without an alert,
 *     such as time-outs
 * @param versions finished handshakes by protocol version, such as "TLSv1.3"
 * @param cipherSuites finished handshakes by cipher suite
 * @param times how long the finished handshakes took, from their first message
 * @param time the sum of these times
 * @param waits how often a handshake waited for its turn ({@link
 *     TlsConfig.Builder#concurrentHandshakes}); a handshake has two or three of them
 * @param refused handshakes that got no turn in time; they also count as failed
 */
public record TlsStats(
    long full,
    long resumed,
    Map<String, Long> failed,
    Map<String, Long> versions,
    Map<String, Long> cipherSuites,
    LatencyCounts times,
    Duration time,
    long waits,
    long refused) {
  /** No handshakes. */
  public static final TlsStats NONE =
      new TlsStats(
          0, 0, Map.of(), Map.of(), Map.of(), new LatencyCounts(new long[0]), Duration.ZERO, 0, 0);

  /** These handshakes and those of another configuration together. */
  public TlsStats plus(TlsStats other) {
    return new TlsStats(
        full + other.full,
        resumed + other.resumed,
        sums(failed, other.failed),
        sums(versions, other.versions),
        sums(cipherSuites, other.cipherSuites),
        times.plus(other.times),
        time.plus(other.time),
        waits + other.waits,
        refused + other.refused);
  }

  private static Map<String, Long> sums(Map<String, Long> some, Map<String, Long> others) {
    Map<String, Long> sums = new HashMap<>(some);
    others.forEach((name, count) -> sums.merge(name, count, Long::sum));
    return Map.copyOf(sums);
  }
}
