package dev.weft.bench.model;

import java.io.IOException;

/** One model at work: listening since it was made, serving when told to. */
public interface Server {
  /** Where it listens, on 127.0.0.1. */
  int port();

  /** Serves until the process ends; whoever calls gives up its thread. */
  void serve() throws IOException;

  /** Starts something that computes without end, in the way this model starts a task. */
  void startHog();
}
