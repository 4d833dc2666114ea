package dev.weft.bench.load;

import dev.weft.bench.model.Protocol;
import java.util.Locale;

/** What a client does over and over. */
public enum Workload {
  /** Connect, one HTTP request, wait for the answer and the end. */
  SHORT(Protocol.HTTP),
  /** HTTP requests on a connection that stays. */
  KEEPALIVE(Protocol.HTTP),
  /** Messages that come back, on a connection that stays. */
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
