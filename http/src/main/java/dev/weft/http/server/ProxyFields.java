package dev.weft.http.server;

/** The header fields in which a proxy reports the client. Fields of the other kind are ignored. */
public enum ProxyFields {
  /** Forwarded (RFC 7239). */
  FORWARDED,
  /** X-Forwarded-For, X-Forwarded-Proto and X-Forwarded-Host. */
  X_FORWARDED
}
