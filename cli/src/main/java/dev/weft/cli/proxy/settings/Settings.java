package dev.weft.cli.proxy.settings;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a proxy. Immutable: a connection keeps the settings it began with.
 *
 * @param listen where connections are accepted: {@code host:port}, or {@code unix:} and a path or
 *     {@code @name}
 * @param acceptProxy whether each client begins with a header of the PROXY protocol, which is
 *     believed
 * @param clientTls null: no TLS is spoken with clients
 * @param targetTls null: no TLS is spoken with targets
 */
public record Settings(
    List<String> listen,
    List<Backend> targets,
    Balance balance,
    Timeouts timeouts,
    Health health,
    Admission admission,
    boolean acceptProxy,
    SendProxy sendProxy,
    @Nullable ClientTls clientTls,
    @Nullable TargetTls targetTls) {
  /** Takes copies of the lists. */
  public Settings {
    listen = List.copyOf(listen);
    targets = List.copyOf(targets);
  }
}
