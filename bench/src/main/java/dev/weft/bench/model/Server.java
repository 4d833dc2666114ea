package dev.weft.bench.model;

import java.io.IOException;

/** The server of one model: it listens when constructed, and serves after {@link #serve}. */
public interface Server {
  /** The port on 127.0.0.1. */
  int port();

  /** Serves until the process ends; may never return. */
  void serve() throws IOException;

  /** Starts an endless computation, in the way this model starts tasks. */
  void startHog();
}
