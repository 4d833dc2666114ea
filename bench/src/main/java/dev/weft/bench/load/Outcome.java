package dev.weft.bench.load;

import java.util.Map;

/**
 * The result of a {@link Plan}.
 *
 * @param completed requests whose whole answer was received and correct
 * @param failures number of failed requests by kind; kinds with none are absent
 * @param steadyNanos from the first request's beginning until the last one's: all clients were at
 *     work
 * @param steadyCompleted requests answered within that time
 * @param elapsedNanos until the last answer came
 * @param notBegun requests that were due by then and had no client to begin them; only at a fixed
 *     rate
 * @param late requests whose connection took more than 0.9 s to be made, which is a SYN that the
 *     server's kernel dropped and the client's sent again
 * @param latencies of all requests, those that ran into the time-out with the time they waited: an
 *     HdrHistogram of nanoseconds, compressed, base64
 * @param punctual the same without the late ones
 * @param cpuMicros CPU time the generator used
 * @param stopped whether it was told to stop before it was done
 */
public record Outcome(
    long completed,
    Map<Failure, Long> failures,
    long steadyNanos,
    long steadyCompleted,
    long elapsedNanos,
    long notBegun,
    long late,
    String latencies,
    String punctual,
    long cpuMicros,
    boolean stopped) {
  /** Requests that completed or failed. */
  public long ended() {
    return completed + failed();
  }

  public long failed() {
    return failures.values().stream().mapToLong(Long::longValue).sum();
  }

  public double requestsPerSecond() {
    return steadyNanos == 0 ? 0 : steadyCompleted * 1e9 / steadyNanos;
  }
}
