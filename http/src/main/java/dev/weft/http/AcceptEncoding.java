package dev.weft.http;

import java.util.Locale;

/** The codings that a client accepts, from the Accept-Encoding field (RFC 9110, 12.5.3). */
public final class AcceptEncoding {
  private AcceptEncoding() {}

  /** Reports whether the client accepts content with this coding, such as {@code gzip}. */
  public static boolean allows(Headers headers, String coding) {
    boolean allowed = false;
    for (String field : headers.all("Accept-Encoding")) {
      for (String element : field.split(",", -1)) {
        int semicolon = element.indexOf(';');
        String name = (semicolon < 0 ? element : element.substring(0, semicolon)).strip();
        boolean zero = semicolon >= 0 && isZero(element.substring(semicolon + 1));
        if (name.equalsIgnoreCase(coding)) {
          return !zero;
        }
        allowed |= name.equals("*") && !zero;
      }
    }
    return allowed;
  }

  private static boolean isZero(String parameter) {
    String weight = parameter.strip().toLowerCase(Locale.ROOT);
    return weight.matches("q=0(\\.0*)?");
  }
}
