package dev.weft.bench.load;

/**
 * What the generator is asked to do.
 *
 * @param port where the server listens, on 127.0.0.1
 * @param workload what clients do
 * @param size bytes of a body, or of a message
 * @param clients the most requests under way at once
 * @param requests how many to begin in all
 * @param nanos when to begin no more, from the start
 * @param perSecond requests to begin a second, whatever becomes of the earlier ones, as long as
 *     {@code clients} are enough; 0 to begin one as soon as another ends
 * @param timeoutNanos when to give a request up
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
  /** An address has 28,000 ports, and a closed connection may keep its own for a minute. */
  private static final int CONNECTIONS_PER_ADDRESS = 20_000;

  private static final int MAX_ADDRESSES = 250;

  /** How many addresses keep {@code requests} connections in a minute from running out of ports. */
  public static int addressesFor(Workload workload, int clients, long requests) {
    long connections = workload == Workload.SHORT ? clients + requests : clients;
    return (int) Math.min(MAX_ADDRESSES, 1 + connections / CONNECTIONS_PER_ADDRESS);
  }
}
