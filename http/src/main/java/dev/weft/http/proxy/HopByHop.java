package dev.weft.http.proxy;

import dev.weft.http.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Copies the fields of a message that are not for the next connection only (RFC 9110, 7.6.1). */
final class HopByHop {
  private static final Set<String> NAMES =
      Set.of(
          "connection",
          "content-length",
          "expect",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private HopByHop() {}

  /** The fields that a proxy passes on. The sender sets the framing fields anew. */
  static Headers passedOn(Headers fields) {
    List<String> named = named(fields);
    Headers kept = new Headers();
    for (int i = 0; i < fields.size(); i++) {
      String name = fields.name(i);
      String lower = name.toLowerCase(Locale.ROOT);
      if (!NAMES.contains(lower) && !named.contains(lower)) {
        kept.add(name, fields.value(i));
      }
    }
    return kept;
  }

  /** The names in Connection, in lower case. */
  private static List<String> named(Headers fields) {
    List<String> named = new ArrayList<>();
    for (String value : fields.all("Connection")) {
      for (String name : value.split(",", -1)) {
        named.add(name.strip().toLowerCase(Locale.ROOT));
      }
    }
    return named;
  }
}
