package dev.weft.http.client;

import dev.weft.http.Headers;
import dev.weft.http.internal.wire.OutputBuffer;
import org.jspecify.annotations.Nullable;

/** Writes the head of a request. */
final class RequestHeadWriter {
  private static final String USER_AGENT = "weft";

  private RequestHeadWriter() {}

  /** Reports whether the client asks for compression on its own, and undoes it. */
  static boolean asksForGzip(ClientRequest request) {
    Headers fields = request.fields();
    return !request.method().equals("HEAD")
        && !fields.contains("Accept-Encoding")
        && !fields.contains("Range");
  }

  static void put(OutputBuffer out, ClientRequest request, Route route, boolean gzip) {
    putLine(out, request, route);
    putFields(out, request);
    if (gzip) {
      out.putField("Accept-Encoding", "gzip");
    }
    if (route.absoluteForm()) {
      putIfSet(out, "Proxy-Authorization", route.proxyCredentials());
    }
    putFraming(out, request);
    String protocol = request.upgrade();
    if (protocol != null) {
      out.putField("Connection", "Upgrade").putField("Upgrade", protocol);
    }
    out.endLine();
  }

  private static void putLine(OutputBuffer out, ClientRequest request, Route route) {
    out.put(request.method()).put(" ");
    if (route.absoluteForm()) {
      out.put("http://").put(request.target().authority());
    }
    if (!route.absoluteForm() || !request.requestTarget().equals("*")) {
      out.put(request.requestTarget());
    }
    out.put(" HTTP/1.1").endLine();
  }

  private static void putFields(OutputBuffer out, ClientRequest request) {
    Headers fields = request.fields();
    String host = fields.get("Host");
    out.putField("Host", host == null ? request.target().authority() : host);
    boolean named = false;
    for (int i = 0; i < fields.size(); i++) {
      String name = fields.name(i);
      if (name.length() == 4 && name.equalsIgnoreCase("Host")) {
        continue;
      }
      named |= name.length() == 10 && name.equalsIgnoreCase("User-Agent");
      out.putField(name, fields.value(i));
    }
    if (!named) {
      out.putField("User-Agent", USER_AGENT);
    }
    if (!fields.contains("Authorization")) {
      putIfSet(out, "Authorization", request.target().credentials());
    }
  }

  private static void putIfSet(OutputBuffer out, String name, @Nullable String value) {
    if (value != null) {
      out.putField(name, value);
    }
  }

  private static void putFraming(OutputBuffer out, ClientRequest request) {
    Content content = request.content();
    if (content == null) {
      switch (request.method()) {
        case "POST", "PUT", "PATCH" -> out.putField("Content-Length", "0");
        default -> {}
      }
      return;
    }
    if (!request.fields().contains("Content-Type")) {
      putIfSet(out, "Content-Type", content.mediaType());
    }
    long length = content.length();
    if (length < 0) {
      out.putField("Transfer-Encoding", "chunked");
    } else {
      out.put("Content-Length: ").putDecimal(length).endLine();
    }
    if (request.expectsContinue()) {
      out.putField("Expect", "100-continue");
    }
  }
}
