package dev.weft.http.internal.wire;

/** The forms of a request target (RFC 9112, 3.2). */
public enum TargetForm {
  /** A path and maybe a query: {@code /index.html?lang=en}. */
  ORIGIN,
  /** A whole URI: {@code http://host/path}. */
  ABSOLUTE,
  /** Host and port, of CONNECT only. */
  AUTHORITY,
  /** The asterisk, of OPTIONS only: the server as a whole. */
  ASTERISK
}
