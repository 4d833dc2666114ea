package dev.weft.http.client;

import org.jspecify.annotations.Nullable;

/**
 * The path of a connection. Connections are reused for requests with the same route.
 *
 * @param network {@code "tcp"} or {@code "unix"}
 * @param address what is dialled: the server, its Unix socket, or the proxy
 * @param tunnel host and port that the proxy is asked to connect to; null for none
 * @param proxyCredentials the value of Proxy-Authorization; null for none
 * @param absoluteForm whether requests are sent with whole URIs, because a proxy is to forward them
 */
record Route(
    String network,
    String address,
    @Nullable String tunnel,
    @Nullable String proxyCredentials,
    boolean absoluteForm) {
  static Route direct(Target target) {
    return new Route("tcp", target.address(), null, null, false);
  }

  static Route unix(String path) {
    return new Route("unix", path, null, null, false);
  }

  /** Requests are sent to the proxy with whole URIs; their connections serve all hosts. */
  static Route forwarding(Target proxy) {
    return new Route("tcp", proxy.address(), null, proxy.credentials(), true);
  }

  static Route tunnelled(Target target, Target proxy) {
    return new Route("tcp", proxy.address(), target.address(), proxy.credentials(), false);
  }

  @Override
  public String toString() {
    return tunnel == null ? address : tunnel + " through the proxy " + address;
  }
}
