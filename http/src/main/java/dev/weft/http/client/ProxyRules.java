package dev.weft.http.client;

import java.net.URI;
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
   */
  public static ProxyRules fromEnvironment() {
    return fromEnvironment(System.getenv());
  }

  static ProxyRules fromEnvironment(Map<String, String> environment) {
    String all = value(environment, "all_proxy");
    String http = environment.get("http_proxy");
    if (http == null && !environment.containsKey("REQUEST_METHOD")) {
      http = environment.get("HTTP_PROXY");
    }
    String https = value(environment, "https_proxy");
    String exceptions = value(environment, "no_proxy");
    List<NoProxy> rules = new ArrayList<>(NoProxy.parse(exceptions == null ? "" : exceptions));
    rules.addAll(LOOPBACK);
    return new ProxyRules(
        optional(http == null ? all : http), optional(https == null ? all : https), rules, false);
  }

  private static @Nullable String value(Map<String, String> environment, String name) {
    String value = environment.get(name);
    return value == null ? environment.get(name.toUpperCase(Locale.ROOT)) : value;
  }

  private static @Nullable Target optional(@Nullable String proxy) {
    return proxy == null || proxy.isBlank() ? null : proxy(proxy.strip());
  }

  private static Target proxy(String proxy) {
    URI uri = URI.create(proxy.contains("://") ? proxy : "http://" + proxy);
    if (!"http".equalsIgnoreCase(uri.getScheme())) {
      throw new IllegalArgumentException(
          "the proxy " + uri.getScheme() + "://" + uri.getHost() + " is not one of http");
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
