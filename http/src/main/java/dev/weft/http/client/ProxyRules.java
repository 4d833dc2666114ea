package dev.weft.http.client;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rules by which requests go through a proxy. Requests for http are sent to the proxy; for https it
 * opens a tunnel (CONNECT). User information in a proxy's URI becomes Proxy-Authorization.
 */
public final class ProxyRules {
  private static final List<NoProxy> LOOPBACK = NoProxy.parse("localhost, 127.0.0.0/8, ::1");

  private final @Nullable Target http;
  private final @Nullable Target https;
  private final List<NoProxy> exceptions;
  private final boolean tunnelling;

  private ProxyRules(
      @Nullable Target http, @Nullable Target https, List<NoProxy> exceptions, boolean tunnelling) {
    this.http = http;
    this.https = https;
    this.exceptions = exceptions;
    this.tunnelling = tunnelling;
  }

  /** No proxy. */
  public static ProxyRules none() {
    return new ProxyRules(null, null, List.of(), false);
  }

  /**
   * One proxy for all requests.
   *
   * @param proxy such as {@code http://proxy.internal:3128}
   * @param exceptions hosts that are connected to directly, as in NO_PROXY
   */
  public static ProxyRules of(URI proxy, String... exceptions) {
    Target target = proxy(proxy.toString());
    return new ProxyRules(target, target, NoProxy.parse(String.join(",", exceptions)), false);
  }

  /**
   * The proxies of the environment, as curl and Go read it: {@code http_proxy}, {@code
   * https_proxy}, {@code all_proxy} and {@code no_proxy}, or the same in capitals. {@code
   * HTTP_PROXY} is ignored in CGI programs (where REQUEST_METHOD is set), because clients can set
   * it there. Requests to this machine go there directly.
   *
   * @throws IllegalArgumentException when a variable names a proxy of another kind, such as https
   *     or SOCKS
   */
  public static ProxyRules fromEnvironment() {
    return fromEnvironment(System.getenv());
  }

  static ProxyRules fromEnvironment(Map<String, String> environment) {
    String exceptions = value(environment, "no_proxy");
    List<NoProxy> rules = new ArrayList<>(NoProxy.parse(exceptions == null ? "" : exceptions));
    rules.addAll(LOOPBACK);
    boolean cgi = environment.containsKey("REQUEST_METHOD");
    String http =
        cgi && !environment.containsKey("http_proxy")
            ? first(environment, "all_proxy", "ALL_PROXY")
            : first(environment, "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY");
    String https = first(environment, "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY");
    return new ProxyRules(named(environment, http), named(environment, https), rules, false);
  }

  private static @Nullable String value(Map<String, String> environment, String name) {
    String set = first(environment, name, name.toUpperCase(Locale.ROOT));
    return set == null ? null : environment.get(set);
  }

  /** The first of these variables that is set; null if none is. */
  private static @Nullable String first(Map<String, String> environment, String... names) {
    for (String name : names) {
      if (environment.containsKey(name)) {
        return name;
      }
    }
    return null;
  }

  /** The proxy that a variable names, if it does. */
  private static @Nullable Target named(
      Map<String, String> environment, @Nullable String variable) {
    String proxy = variable == null ? "" : environment.getOrDefault(variable, "").strip();
    if (proxy.isEmpty()) {
      return null;
    }
    try {
      return proxy(proxy);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the environment variable "
              + variable
              + ": "
              + e.getMessage()
              + "; unset it, have it name a proxy of http, or choose with Builder.proxies",
          e.getCause());
    }
  }

  /**
   * @throws IllegalArgumentException when it is no URI of http, with a message that tells no
   *     password
   */
  private static Target proxy(String proxy) {
    URI uri;
    try {
      uri = new URI(proxy.contains("://") ? proxy : "http://" + proxy);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("not the URI of a proxy: " + e.getReason());
    }
    if (!"http".equalsIgnoreCase(uri.getScheme())) {
      throw new IllegalArgumentException(
          "proxies of " + uri.getScheme() + ", as " + uri.getHost() + ", are not supported");
    }
    return Target.of(uri);
  }

  /** The same, but the proxies are asked to connect for requests of http too. */
  public ProxyRules tunnelling() {
    return new ProxyRules(http, https, exceptions, true);
  }

  /** The route of a request to this target. */
  Route route(Target target) {
    Target proxy = target.secure() ? https : http;
    if (proxy == null || exceptions.stream().anyMatch(each -> each.matches(target))) {
      return Route.direct(target);
    }
    return tunnelling || target.secure() ? Route.tunnelled(target, proxy) : Route.forwarding(proxy);
  }
}
