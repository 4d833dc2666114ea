package dev.weft.internal.track;

/** The TLS connections that are open. */
public final class TlsConnections {
  public static final Tracker<Secured> LIVE = new Tracker<>();

  /** What a tool sees of a TLS connection. */
  public interface Secured {
    /** The protocol version, such as "TLSv1.3"; "handshake" until the handshake has ended. */
    String progress();

    /** The network and the addresses of the connection below. */
    String where();
  }

  private TlsConnections() {}
}
