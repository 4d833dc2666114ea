package dev.weft.bench.load;

/**
 * The work of one run of the generator.
 *
 * @param port where the server listens, on 127.0.0.1
 * @param workload what clients do
 * @param size bytes of a body, or of a message
 * @param clients the most requests under way at once
 * @param requests how many to begin in all
 * @param nanos time after which no request begins
 * @param perSecond requests to begin a second, as far as {@code clients} suffice; 0 for the closed
 *     loop, in which a request begins when another ends
 * @param timeoutNanos time-out of a request
 * @param addresses how many of 127.0.0.1, 127.0.0.2, … the clients come from
 */
public record Plan(
    int port,
    Workload workload,
    int size,
    int clients,
    long requests,
    long nanos,
    int perSecond,
    long timeoutNanos,
    int addresses) {
  /** An address has about 28,000 ephemeral ports, and TIME_WAIT holds each for a minute. */
  private static final int CONNECTIONS_PER_ADDRESS = 20_000;

  private static final int MAX_ADDRESSES = 250;

  /**
   * The number of addresses needed so that {@code requests} connections in a minute do not exhaust
   * the ports.
   */
  public static int addressesFor(Workload workload, int clients, long requests) {
    long connections = workload == Workload.SHORT ? clients + requests : clients;
    return (int) Math.min(MAX_ADDRESSES, 1 + connections / CONNECTIONS_PER_ADDRESS);
  }
}
