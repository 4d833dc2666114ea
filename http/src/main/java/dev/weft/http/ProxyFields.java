package dev.weft.http;

/** Which header fields a proxy says in whom it speaks for. Fields of the other kind are ignored. */
public enum ProxyFields {
  /** Forwarded (RFC 7239). */
  FORWARDED,
  /** X-Forwarded-For, X-Forwarded-Proto and X-Forwarded-Host. */
  X_FORWARDED
}
