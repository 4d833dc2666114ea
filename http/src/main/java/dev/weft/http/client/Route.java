package dev.weft.http.client;

import org.jspecify.annotations.Nullable;

/**
 * The path of a connection. Connections are reused for requests with the same route.
 *
 * @param network {@code "tcp"} or {@code "unix"}
 * @param address what is dialled: the server, its Unix socket, or the proxy
 * @param tunnel host and port that the proxy is asked to connect to; null for none
 * @param proxyCredentials the value of Proxy-Authorization; null for none
 * @param serverName whose certificate the server must have; null for a connection without TLS
 * @param absoluteForm whether requests are sent with whole URIs, because a proxy is to forward them
 */
record Route(
    String network,
    String address,
    @Nullable String tunnel,
    @Nullable String proxyCredentials,
    @Nullable String serverName,
    boolean absoluteForm) {
  static Route direct(Target target) {
    return new Route("tcp", target.address(), null, null, serverName(target), false);
  }

  static Route unix(Target target, String path) {
    return new Route("unix", path, null, null, serverName(target), false);
  }

  /** Requests are sent to the proxy with whole URIs; their connections serve all hosts. */
  static Route forwarding(Target proxy) {
    return new Route("tcp", proxy.address(), null, proxy.credentials(), null, true);
  }

  static Route tunnelled(Target target, Target proxy) {
    return new Route(
        "tcp", proxy.address(), target.address(), proxy.credentials(), serverName(target), false);
  }

  /** Reports whether {@link #address} is that of a proxy. */
  boolean hasProxy() {
    return absoluteForm || tunnel != null;
  }

  private static @Nullable String serverName(Target target) {
    return target.secure() ? target.host() : null;
  }

  @Override
  public String toString() {
    return tunnel == null ? address : tunnel + " through the proxy " + address;
  }
}
