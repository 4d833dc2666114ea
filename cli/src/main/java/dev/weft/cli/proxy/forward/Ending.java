package dev.weft.cli.proxy.forward;

import java.util.Locale;

/** Why a connection ended. */
public enum Ending {
  /** Both directions came to their end. */
  DONE,

  /** The client reset the connection, or does not take bytes any more. */
  CLIENT_FAILED,

  /** The target did. */
  TARGET_FAILED,

  /** The client went away while the proxy was connecting to a target. */
  CLIENT_GONE,

  /** No target connected. */
  NO_TARGET,

  /** The header of the PROXY protocol was missing, malformed, or late. */
  BAD_HEADER,

  /** The TLS handshake with the client failed, or took too long. */
  BAD_HANDSHAKE,

  /** No byte came for the idle time. */
  IDLE,

  /** The total time was over. */
  TOO_LONG,

  /** The proxy stopped before the connection had ended. */
  STOPPED;

  /** As logs and statistics write it: {@code client-failed}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
