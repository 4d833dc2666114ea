package dev.weft.http.proxy;

import dev.weft.http.Headers;
import dev.weft.http.Request;
import java.net.InetSocketAddress;
import java.util.Locale;

/**
 * Makes the header fields of the messages that a proxy passes on: those that are for the next
 * connection only are left out, Via and X-Forwarded-* are set.
 *
 * @param pseudonym the proxy's name in Via
 * @param extendsForwarded whether the client's X-Forwarded-* fields are extended, not dropped
 * @param keepsHost whether the Host field stays as the client sent it
 */
record PassedFields(String pseudonym, boolean extendsForwarded, boolean keepsHost) {
  /** Returns the fields of a request for the server behind the proxy. */
  Headers ofRequest(Request request) {
    Headers fields = HopByHop.passedOn(request.headers());
    if (!extendsForwarded) {
      removeForwarded(fields);
    }
    if (request.remoteAddress() instanceof InetSocketAddress peer && peer.getAddress() != null) {
      extend(fields, "X-Forwarded-For", peer.getAddress().getHostAddress());
    }
    String host = request.host();
    setIfMissing(fields, "X-Forwarded-Host", host);
    setIfMissing(fields, "X-Forwarded-Proto", request.scheme());
    extend(fields, "Via", via(request.protocol()));
    fields.remove("Host");
    if (keepsHost && !host.isEmpty()) {
      fields.set("Host", host);
    }
    return fields;
  }

  /** Removes what tells the server where a request comes from, also fields not set here. */
  private static void removeForwarded(Headers fields) {
    for (String name : fields.toMap().keySet()) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (lower.startsWith("x-forwarded-")
          || lower.equals("forwarded")
          || lower.equals("x-real-ip")) {
        fields.remove(name);
      }
    }
  }

  private String via(String protocol) {
    return protocol.substring("HTTP/".length()) + " " + pseudonym;
  }

  private static void extend(Headers fields, String name, String more) {
    String list = String.join(", ", fields.all(name));
    fields.set(name, list.isEmpty() ? more : list + ", " + more);
  }

  private static void setIfMissing(Headers fields, String name, String value) {
    if (!fields.contains(name) && !value.isEmpty()) {
      fields.set(name, value);
    }
  }

  /** Adds the fields of a server's response to those of the response to the client. */
  void addResponse(Headers received, Headers fields) {
    HopByHop.passedOn(received).forEach(fields::add);
    extend(fields, "Via", via("HTTP/1.1"));
  }
}
