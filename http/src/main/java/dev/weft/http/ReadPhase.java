package dev.weft.http;

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
  /** A body that the handler left unread, or what comes after the last answer. */
  DRAIN
}
