package dev.weft.net.tls;

import dev.weft.internal.tls.TlsSettings.ClientCertificate;

/** Whether a server asks clients for a certificate. */
public enum ClientAuth {
  NONE,

  /** A client may show one; one that it shows must be trusted. */
  WANTED,

  /** A handshake without one fails. */
  REQUIRED;

  ClientCertificate wanted() {
    return ClientCertificate.valueOf(name());
  }
}
