package dev.weft.bench.model;

/**
 * The states of a non-blocking connection, of a client or a server.
 *
 * <p>Blocking code has its state in its position; code that never blocks needs a variable. Checking
 * each step makes a wrong one fail at once.
 */
public enum ConnectionState {
  /** There is no socket yet. */
  INIT,
  /** A client's handshake is under way. */
  CONNECTING,
  /** Idle: a server waits for a request; a client may send one. */
  ESTABLISHED,
  /** A message has been begun and not finished: an answer by a server, a request by a client. */
  SENDING,
  /** A client waits for its answer, or for the rest of it. */
  RECEIVING,
  /** Everything was sent; waits for the peer's end of stream. */
  CLOSING,
  /** The descriptor is closed. */
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
