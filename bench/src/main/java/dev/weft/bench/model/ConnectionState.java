package dev.weft.bench.model;

/**
 * Where a non-blocking connection is in its life, for either side.
 *
 * <p>Code that never blocks cannot keep this in its position, as a thread does, so it keeps it in a
 * variable, and a step out of order is an error here instead of a strange failure later.
 */
public enum ConnectionState {
  /** There is no socket yet. */
  INIT,
  /** A client's handshake is under way. */
  CONNECTING,
  /** Nothing is owed: a server waits for a request; a client may send one. */
  ESTABLISHED,
  /** A message has been begun and not finished: an answer by a server, a request by a client. */
  SENDING,
  /** A client waits for its answer, or for the rest of it. */
  RECEIVING,
  /** All is said; the peer's end is awaited. */
  CLOSING,
  /** The descriptor is gone. */
  CLOSED;

  private boolean mayBecome(ConnectionState next) {
    return switch (this) {
      case INIT -> next == CONNECTING || next == ESTABLISHED || next == CLOSED;
      case CONNECTING -> next == ESTABLISHED || next == CLOSED;
      case ESTABLISHED -> next == SENDING || next == CLOSED;
      case SENDING -> next != INIT && next != CONNECTING && next != SENDING;
      case RECEIVING -> next == ESTABLISHED || next == CLOSING || next == CLOSED;
      case CLOSING -> next == CLOSED;
      case CLOSED -> next == INIT;
    };
  }

  /**
   * Returns {@code next}.
   *
   * @throws IllegalStateException when it does not follow this state
   */
  public ConnectionState to(ConnectionState next) {
    if (!mayBecome(next)) {
      throw new IllegalStateException("a connection that is " + this + " cannot become " + next);
    }
    return next;
  }
}
