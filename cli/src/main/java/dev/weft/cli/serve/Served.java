package dev.weft.cli.serve;

/** One address and what serves it. Its {@code toString} says what it is and where it listens. */
interface Served extends AutoCloseable {
  void start();

  /** Takes nothing new, and lets what has begun come to its end. */
  void stop();

  /** How much has begun and not ended. */
  int openConnections();

  /** Breaks off what is left. */
  @Override
  void close();
}
