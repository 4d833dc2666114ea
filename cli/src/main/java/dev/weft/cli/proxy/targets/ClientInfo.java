package dev.weft.cli.proxy.targets;

import dev.weft.net.ProxyHeader;
import org.jspecify.annotations.Nullable;

/**
 * The properties of a client that a target is told before the client's bytes.
 *
 * @param client by the PROXY protocol, if that is spoken
 * @param protocol what client and proxy have agreed on by ALPN, empty for nothing; null when they
 *     speak no TLS
 */
public record ClientInfo(ProxyHeader client, @Nullable String protocol) {
  /** There is no client: the proxy connects for itself. */
  static final ClientInfo NONE = new ClientInfo(ProxyHeader.UNKNOWN, null);
}
