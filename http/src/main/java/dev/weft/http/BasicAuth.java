package dev.weft.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.context.Context;
import dev.weft.http.internal.wire.Ascii;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Authentication by user and password in the Authorization field (RFC 7617). They are sent as they
 * are, so only TLS keeps them secret.
 *
 * <pre>{@code
 * Middleware auth = BasicAuth.middleware("admin", it -> it.matches("root", password));
 * router.under("/admin", admin -> admin.get("/jobs", auth.wrap(jobs)));
 * }</pre>
 */
public final class BasicAuth {
  private static final String SCHEME = "Basic ";

  /** The user of a request whose credentials were allowed. */
  static final Context.Key<String> USER = Context.Key.named("user");

  private BasicAuth() {}

  /** The user and the password that a client has sent. */
  public record Credentials(String user, String password) {
    /** Compares both in a time that does not tell how much of them is right. */
    public boolean matches(String expectedUser, String expectedPassword) {
      boolean userMatches = isEqual(user, expectedUser);
      boolean passwordMatches = isEqual(password, expectedPassword);
      return userMatches && passwordMatches;
    }

    private static boolean isEqual(String one, String other) {
      return MessageDigest.isEqual(one.getBytes(UTF_8), other.getBytes(UTF_8));
    }

    /** The user, without the password. */
    @Override
    public String toString() {
      return user;
    }
  }

  /** Returns what the client has sent; null when it has sent nothing, or nothing of this scheme. */
  public static @Nullable Credentials of(Request request) {
    String field = request.header("Authorization");
    if (field == null || !field.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return null;
    }
    try {
      byte[] decoded = Base64.getDecoder().decode(field.substring(SCHEME.length()).strip());
      String text = new String(decoded, UTF_8);
      int colon = text.indexOf(':');
      return colon < 0
          ? null
          : new Credentials(text.substring(0, colon), text.substring(colon + 1));
    } catch (IllegalArgumentException e) {
      return null; // not Base64
    }
  }

  /**
   * Answers requests whose credentials are missing or not allowed with 401, which makes browsers
   * ask for them; passes on the others.
   *
   * @param realm what the credentials are for, which browsers show: visible ASCII and spaces
   * @param allowed checks credentials, in the goroutine of the request
   * @throws IllegalArgumentException when the realm has other characters, or a quote or a backslash
   */
  public static Middleware middleware(String realm, Predicate<? super Credentials> allowed) {
    if (!Ascii.isValue(realm)
        || realm.chars().anyMatch(c -> "\"\\\t".indexOf(c) >= 0 || c > 0x7f)) {
      throw new IllegalArgumentException("not a realm: " + realm);
    }
    String challenge = "Basic realm=\"" + realm + "\", charset=\"UTF-8\"";
    return next ->
        (request, response) -> {
          Credentials credentials = of(request);
          if (credentials == null || !allowed.test(credentials)) {
            throw new HttpException(401, "401 Unauthorized").header("WWW-Authenticate", challenge);
          }
          request.setAttribute(USER, credentials.user());
          next.handle(request, response);
        };
  }
}
