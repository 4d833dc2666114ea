package dev.weft.http.server;

import dev.weft.http.Headers;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the client for which trusted proxies forward. Each proxy appends an element to those it
 * received, so elements are trusted only from the end backwards, as long as each names a trusted
 * proxy.
 */
final class Forwarding {
  /**
   * The client as reported by proxies.
   *
   * @param address its IP address, or the identifier that a proxy uses instead
   * @param scheme the scheme that the client used, or null
   * @param host the host that the client requested, or null
   */
  record Origin(String address, @Nullable String scheme, @Nullable String host) {}

  private final ProxyFields fields;
  private final IpNetworks trusted;

  Forwarding(ProxyFields fields, IpNetworks trusted) {
    this.fields = fields;
    this.trusted = trusted;
  }

  /** Returns the client of a request that came from {@code peer}; null when that is not a proxy. */
  @Nullable Origin origin(Headers headers, @Nullable InetAddress peer) {
    if (peer == null || !trusted.contains(peer)) {
      return null;
    }
    List<Origin> elements =
        fields == ProxyFields.FORWARDED ? forwarded(headers) : xForwarded(headers);
    for (int i = elements.size() - 1; i >= 0; i--) {
      Origin element = elements.get(i);
      InetAddress address = IpNetworks.address(element.address());
      if (i == 0 || address == null || !trusted.contains(address)) {
        return element;
      }
    }
    return null;
  }

  private static List<Origin> forwarded(Headers headers) {
    List<Origin> elements = new ArrayList<>();
    for (String field : headers.all("Forwarded")) {
      for (String element : splitQuoted(field, ',')) {
        Map<String, String> pairs = new HashMap<>();
        for (String pair : splitQuoted(element, ';')) {
          int equals = pair.indexOf('=');
          if (equals > 0) {
            String name = pair.substring(0, equals).strip().toLowerCase(Locale.ROOT);
            pairs.putIfAbsent(name, unquote(pair.substring(equals + 1).strip()));
          }
        }
        String node = pairs.getOrDefault("for", "unknown");
        elements.add(new Origin(withoutPort(node), scheme(pairs.get("proto")), pairs.get("host")));
      }
    }
    return elements;
  }

  private static List<Origin> xForwarded(Headers headers) {
    List<String> addresses = elements(headers, "X-Forwarded-For");
    List<String> schemes = elements(headers, "X-Forwarded-Proto");
    List<String> hosts = elements(headers, "X-Forwarded-Host");
    List<Origin> origins = new ArrayList<>();
    for (int i = 0; i < addresses.size(); i++) {
      origins.add(
          new Origin(
              withoutPort(addresses.get(i)),
              scheme(matching(schemes, i, addresses.size())),
              matching(hosts, i, addresses.size())));
    }
    return origins;
  }

  /**
   * Returns the element that corresponds to the address, if there are as many as addresses; else
   * the last one.
   */
  private static @Nullable String matching(List<String> elements, int index, int count) {
    if (elements.isEmpty()) {
      return null;
    }
    return elements.size() == count ? elements.get(index) : elements.getLast();
  }

  private static @Nullable String scheme(@Nullable String proto) {
    if (proto == null) {
      return null;
    }
    String lower = proto.toLowerCase(Locale.ROOT);
    return lower.equals("http") || lower.equals("https") ? lower : null;
  }

  private static List<String> elements(Headers headers, String name) {
    List<String> elements = new ArrayList<>();
    for (String field : headers.all(name)) {
      for (String element : field.split(",", -1)) {
        if (!element.isBlank()) {
          elements.add(element.strip());
        }
      }
    }
    return elements;
  }

  /** Without a port, and without the brackets of an IPv6 address. */
  private static String withoutPort(String node) {
    if (node.startsWith("[")) {
      int end = node.indexOf(']');
      return end < 0 ? node : node.substring(1, end);
    }
    int colon = node.indexOf(':');
    return colon >= 0 && colon == node.lastIndexOf(':') ? node.substring(0, colon) : node;
  }

  private static List<String> splitQuoted(String text, char separator) {
    List<String> parts = new ArrayList<>();
    boolean quoted = false;
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && quoted) {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == separator && !quoted) {
        parts.add(text.substring(from, i));
        from = i + 1;
      }
    }
    parts.add(text.substring(from));
    return parts;
  }

  private static String unquote(String value) {
    if (value.length() < 2 || !value.startsWith("\"") || !value.endsWith("\"")) {
      return value;
    }
    return value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1");
  }
}
