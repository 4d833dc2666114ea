package dev.weft.internal.tls;

/** Makes the engines of one configuration, which share sessions. For any number of threads. */
public interface TlsEngines {
  /**
   * An engine of a client.
   *
   * @param peer the name or address that the server's certificate must have; sessions are kept by
   *     this and the port
   */
  TlsEngine client(String peer, int port);

  /** An engine of a server. */
  TlsEngine server();
}
