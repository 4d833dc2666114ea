package dev.weft.cli.serve;

/** A service on one address. {@code toString} returns its name and address. */
interface Served extends AutoCloseable {
  void start();

  /** Stops accepting connections; those that are open finish. */
  void stop();

  /** The number of open connections. */
  int openConnections();

  /** Closes the connections that are still open. */
  @Override
  void close();
}
