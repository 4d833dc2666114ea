package dev.weft.bench.load;

import dev.weft.bench.model.Protocol;
import java.util.Locale;

/** The operation that clients repeat. */
public enum Workload {
  /** One HTTP request on a new connection, up to the end of the stream. */
  SHORT(Protocol.HTTP),
  /** HTTP requests on a persistent connection. */
  KEEPALIVE(Protocol.HTTP),
  /** Echoed messages on a persistent connection. */
  ECHO(Protocol.ECHO);

  private final Protocol protocol;

  Workload(Protocol protocol) {
    this.protocol = protocol;
  }

  public Protocol protocol() {
    return protocol;
  }

  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
