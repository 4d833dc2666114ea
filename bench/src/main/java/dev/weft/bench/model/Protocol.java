package dev.weft.bench.model;

import java.util.Locale;

/** The protocol between clients and servers. */
public enum Protocol {
  /** HTTP/1.1, so that other load generators can be pointed at the same servers. */
  HTTP {
    @Override
    public Exchange newExchange(int size) {
      return new HttpExchange(size);
    }
  },

  /** Messages of one size, sent back as they came. */
  ECHO {
    @Override
    public Exchange newExchange(int size) {
      return new EchoExchange(size);
    }
  };

  /**
   * The server's side, for one thread at a time.
   *
   * @param size bytes of a body, or of a message
   */
  public abstract Exchange newExchange(int size);

  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
