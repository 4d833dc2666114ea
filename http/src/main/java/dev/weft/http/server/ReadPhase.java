package dev.weft.http.server;

/** The phases of reading a request, which determine the time-out of a read. */
enum ReadPhase {
  /** The first byte of the first request. */
  FIRST,
  /** The first byte of a further request. */
  IDLE,
  /** The rest of a head. */
  HEAD,
  /** A body that the handler reads. */
  BODY,
  /** The rest of a body that the handler did not read, or bytes after the last response. */
  DRAIN
}
