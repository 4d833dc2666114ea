package dev.weft.net.tls;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/**
 * The alerts of RFC 8446, section 6, by the names that the JDK's engine gives them, with a hint for
 * each.
 */
final class Alert {
  /** The name under which failures without an alert are counted. */
  static final String NONE = "none";

  /**
   * The JDK writes "(unknown_ca) text" for an alert it sends, and names one it received at the end.
   */
  private static final Pattern SENT = Pattern.compile("^\\(([a-z_]+)\\) ?(.*)", Pattern.DOTALL);

  private static final Pattern EXCEPTION =
      Pattern.compile("\\b(?:[a-z][a-z0-9]*\\.)+[A-Za-z0-9]*Exception: ");

  private static final String RECEIVED_PREFIX = "Received fatal alert: ";
  private static final Pattern RECEIVED = Pattern.compile(RECEIVED_PREFIX + "([a-z_]+)");

  private static final Map<String, String> HINTS =
      Map.ofEntries(
          Map.entry(
              "unknown_ca",
              "does the side that refuses trust the certificate's issuer, and is the chain complete?"),
          Map.entry(
              "certificate_unknown",
              "is the certificate issued by a trusted authority, and for this name?"),
          Map.entry("bad_certificate", "the certificate is refused: check its chain and its key"),
          Map.entry("certificate_expired", "renew the certificate, or set the clock"),
          Map.entry("certificate_required", "the server wants a client certificate: configure one"),
          Map.entry("unrecognized_name", "the server has no certificate for this name"),
          Map.entry("no_application_protocol", "the two sides share no ALPN protocol"),
          Map.entry("protocol_version", "the two sides share no TLS version"),
          Map.entry(
              "handshake_failure",
              "the two sides share no cipher suite, or no certificate fits: compare what both allow"),
          Map.entry("insufficient_security", "the server wants stronger cipher suites"));

  private Alert() {}

  /**
   * Returns one line with the failure, the alert's name and a hint.
   *
   * @param e the engine's exception
   */
  static String describe(SSLException e) {
    String text = String.valueOf(e.getMessage());
    Matcher received = RECEIVED.matcher(text);
    if (received.find()) {
      return "peer sent alert " + received.group(1) + hint(received.group(1));
    }
    Matcher sent = SENT.matcher(text);
    if (sent.matches()) {
      return withoutClasses(sent.group(2)) + " (alert " + sent.group(1) + ")" + hint(sent.group(1));
    }
    return text;
  }

  /** Returns the failure that the JDK's engine reports for an alert that it understands. */
  static SSLException received(String name, SSLException cause) {
    return new SSLException(RECEIVED_PREFIX + name, cause);
  }

  /** The JDK quotes exceptions with the names of their classes. */
  private static String withoutClasses(String text) {
    return EXCEPTION.matcher(text).replaceAll("");
  }

  /** Returns the alert's name, or {@link #NONE} when the failure has none. */
  static String name(SSLException e) {
    String text = String.valueOf(e.getMessage());
    Matcher received = RECEIVED.matcher(text);
    if (received.find()) {
      return received.group(1);
    }
    Matcher sent = SENT.matcher(text);
    return sent.matches() ? sent.group(1) : NONE;
  }

  private static String hint(String alert) {
    String hint = HINTS.get(alert);
    return hint == null ? "" : "; " + hint;
  }
}
