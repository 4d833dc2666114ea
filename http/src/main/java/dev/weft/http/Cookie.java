package dev.weft.http;

import dev.weft.http.internal.wire.Ascii;
import dev.weft.http.internal.wire.HttpDate;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A cookie for a response to set (RFC 6265bis): {@code response.addCookie(Cookie.of("session",
 * id).secure())}. Its defaults are SameSite=Lax (browsers do not send it with requests of other
 * sites, except links), HttpOnly (scripts cannot read it), Path=/ (all paths), and no Max-Age
 * (browsers delete it when they end). Immutable.
 */
public final class Cookie {
  /** The requests caused by other sites to which a browser adds the cookie. */
  public enum SameSite {
    STRICT("Strict"),
    LAX("Lax"),
    NONE("None");

    private final String text;

    SameSite(String text) {
      this.text = text;
    }
  }

  /** Beyond that a date would have more digits than a cookie's can have. */
  private static final long MAX_SECONDS = Duration.ofDays(100 * 365).toSeconds();

  private final String name;
  private final String value;
  private final String path;
  private final @Nullable String domain;
  private final @Nullable Duration maxAge;
  private final SameSite sameSite;
  private final boolean secure;
  private final boolean httpOnly;
  private final boolean partitioned;

  private Cookie(
      String name,
      String value,
      String path,
      @Nullable String domain,
      @Nullable Duration maxAge,
      SameSite sameSite,
      boolean secure,
      boolean httpOnly,
      boolean partitioned) {
    this.name = name;
    this.value = value;
    this.path = path;
    this.domain = domain;
    this.maxAge = maxAge;
    this.sameSite = sameSite;
    this.secure = secure;
    this.httpOnly = httpOnly;
    this.partitioned = partitioned;
  }

  /**
   * A cookie for this host.
   *
   * @throws IllegalArgumentException when the name is not a token, or the value has characters
   *     other than visible ASCII, or quotes, commas, semicolons or backslashes
   */
  public static Cookie of(String name, String value) {
    if (!Ascii.isToken(name)) {
      throw new IllegalArgumentException("not the name of a cookie: " + name);
    }
    if (value.chars().anyMatch(c -> c <= ' ' || c >= 0x7f || "\",;\\".indexOf(c) >= 0)) {
      throw new IllegalArgumentException("a character that the value of a cookie cannot have");
    }
    return new Cookie(name, value, "/", null, null, SameSite.LAX, false, true, false);
  }

  /** Returns a cookie that expires at once, which deletes the cookie of this name. */
  public static Cookie removal(String name) {
    return of(name, "").maxAge(Duration.ZERO);
  }

  /**
   * Restricts it to paths below this one.
   *
   * @throws IllegalArgumentException when the path does not begin with a slash
   */
  public Cookie path(String newPath) {
    if (!newPath.startsWith("/")) {
      throw new IllegalArgumentException(
          "the path of a cookie without a slash, for which browsers take another: " + newPath);
    }
    return new Cookie(
        name, value, attribute(newPath), domain, maxAge, sameSite, secure, httpOnly, partitioned);
  }

  /** Makes browsers send it to all hosts of this domain. */
  public Cookie domain(String newDomain) {
    return new Cookie(
        name, value, path, attribute(newDomain), maxAge, sameSite, secure, httpOnly, partitioned);
  }

  /**
   * Sets how long browsers keep it, also after they end; they limit it to a year or so. A time that
   * is not positive deletes it.
   */
  public Cookie maxAge(Duration age) {
    return new Cookie(name, value, path, domain, age, sameSite, secure, httpOnly, partitioned);
  }

  public Cookie sameSite(SameSite which) {
    return new Cookie(name, value, path, domain, maxAge, which, secure, httpOnly, partitioned);
  }

  /** Makes browsers send it over https only. */
  public Cookie secure() {
    return new Cookie(name, value, path, domain, maxAge, sameSite, true, httpOnly, partitioned);
  }

  /** Lets scripts read it. */
  public Cookie readableByScripts() {
    return new Cookie(name, value, path, domain, maxAge, sameSite, secure, false, partitioned);
  }

  /**
   * Keeps a separate cookie for each site that embeds this one (CHIPS); requires {@link #secure}.
   */
  public Cookie partitioned() {
    return new Cookie(name, value, path, domain, maxAge, sameSite, secure, httpOnly, true);
  }

  private static String attribute(String text) {
    if (text.chars().anyMatch(c -> c < ' ' || c >= 0x7f || c == ';')) {
      throw new IllegalArgumentException("a character that an attribute of a cookie cannot have");
    }
    return text;
  }

  /**
   * Returns the value of the Set-Cookie field.
   *
   * @throws IllegalStateException when browsers would refuse it: {@code SameSite=None}, {@code
   *     Partitioned} and the prefix {@code __Secure-} need {@link #secure}; {@code __Host-} also
   *     needs the path / and no domain
   */
  public String toHeader() {
    boolean host = name.startsWith("__Host-");
    boolean needsSecure =
        sameSite == SameSite.NONE || partitioned || host || name.startsWith("__Secure-");
    if (needsSecure && !secure) {
      throw new IllegalStateException("the cookie " + name + " has to be secure");
    }
    if (host && (domain != null || !path.equals("/"))) {
      throw new IllegalStateException("the cookie " + name + " is for one host and the path /");
    }
    StringBuilder text = new StringBuilder(name).append('=').append(value);
    text.append("; Path=").append(path);
    if (domain != null) {
      text.append("; Domain=").append(domain);
    }
    if (maxAge != null) {
      long seconds = Math.clamp(maxAge.toSeconds(), 0, MAX_SECONDS);
      text.append("; Max-Age=").append(seconds);
      text.append("; Expires=").append(HttpDate.format(Instant.now().plusSeconds(seconds)));
    }
    text.append("; SameSite=").append(sameSite.text);
    if (secure) {
      text.append("; Secure");
    }
    if (httpOnly) {
      text.append("; HttpOnly");
    }
    if (partitioned) {
      text.append("; Partitioned");
    }
    return text.toString();
  }

  /** Returns the value of the first cookie of this name in a request, or null. */
  static @Nullable String find(Headers headers, String name) {
    for (String field : headers.all("Cookie")) {
      for (String pair : field.split(";", -1)) {
        int equals = pair.indexOf('=');
        if (equals >= 0 && pair.substring(0, equals).strip().equals(name)) {
          String value = pair.substring(equals + 1).strip();
          boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
          return quoted ? value.substring(1, value.length() - 1) : value;
        }
      }
    }
    return null;
  }

  @Override
  public String toString() {
    return name + "=" + value;
  }
}
