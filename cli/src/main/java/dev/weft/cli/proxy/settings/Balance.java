package dev.weft.cli.proxy.settings;

/** The rule by which a proxy chooses the target of a connection. */
public enum Balance {
  /** The target with the fewest open connections of this proxy; equal ones take turns. */
  LEAST_CONNECTIONS,

  /** The targets take turns. */
  ROUND_ROBIN,

  /**
   * By the client's address: one client gets the same target as long as that connects. Adding or
   * removing a target moves only the clients of that target.
   */
  CLIENT
}
