package dev.weft.internal.net.adapter;

import dev.weft.internal.poll.StreamFd;

/** Makes the connections of sockets. */
@FunctionalInterface
public interface DuplexMaker {
  /** Returns a connection that owns the descriptor; closes the descriptor when that fails. */
  Duplex over(StreamFd fd);
}
