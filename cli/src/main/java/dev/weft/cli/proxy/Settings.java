package dev.weft.cli.proxy;

import java.util.List;

/**
 * What a proxy does with connections. Immutable: a connection keeps the settings it began with.
 *
 * @param listen where connections are accepted: {@code host:port}, or {@code unix:} and a path or
 *     {@code @name}
 * @param acceptProxy whether each client begins with a header of the PROXY protocol, which is
 *     believed
 */
public record Settings(
    List<String> listen,
    List<Backend> targets,
    Balance balance,
    Timeouts timeouts,
    Health health,
    Admission admission,
    boolean acceptProxy,
    SendProxy sendProxy) {
  /** Takes copies of the lists. */
  public Settings {
    listen = List.copyOf(listen);
    targets = List.copyOf(targets);
  }
}
