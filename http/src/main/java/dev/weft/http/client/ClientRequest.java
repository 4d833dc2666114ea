package dev.weft.http.client;

import dev.weft.http.Headers;
import dev.weft.http.Parameters;
import dev.weft.http.internal.wire.Ascii;
import java.net.URI;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request to be sent by {@link HttpClient}. Immutable; each setter returns a copy with one
 * setting changed, so a request can be kept and sent any number of times, if its {@link Content}
 * can be repeated.
 *
 * <pre>{@code
 * ClientRequest.post("http://127.0.0.1:8080/items", Content.of(json))
 *     .header("Content-Type", "application/json")
 * }</pre>
 */
public final class ClientRequest {
  /** Called with each informational response (1xx) before the final one. */
  @FunctionalInterface
  public interface InformationalHandler {
    /** Must not block. The fields are a copy. */
    void handle(int status, Headers fields);
  }

  /** Fields that frame the message or belong to the connection, which the client sets. */
  private static final Set<String> RESERVED =
      Set.of(
          "connection",
          "content-length",
          "expect",
          "keep-alive",
          "proxy-connection",
          "transfer-encoding",
          "upgrade");

  private static final Set<String> IDEMPOTENT =
      Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE");

  private final Settings settings;

  private ClientRequest(Settings settings) {
    this.settings = settings;
  }

  /** The settings of a request. They are not changed once the request has them. */
  private static final class Settings {
    String method;
    URI uri;
    Target target;
    String requestTarget;
    Headers headers;
    @Nullable Content content;
    boolean expectsContinue;
    @Nullable String upgrade;
    @Nullable String unixSocket;
    @Nullable InformationalHandler informational;

    Settings(String method, URI uri) {
      this.method = method;
      this.uri = uri;
      target = Target.of(uri);
      requestTarget = target.target();
      headers = new Headers();
    }

    Settings(Settings from) {
      method = from.method;
      uri = from.uri;
      target = from.target;
      requestTarget = from.requestTarget;
      headers = from.headers;
      content = from.content;
      expectsContinue = from.expectsContinue;
      upgrade = from.upgrade;
      unixSocket = from.unixSocket;
      informational = from.informational;
    }
  }

  // ---- Making one

  /**
   * A request without a body.
   *
   * @param method such as {@code GET}; case-sensitive
   * @param uri of http, with a host. User information becomes an Authorization field (RFC 7617)
   * @throws IllegalArgumentException when the method is not a token, or the URI is not of http
   */
  public static ClientRequest of(String method, URI uri) {
    if (!Ascii.isToken(method)) {
      throw new IllegalArgumentException("not a method: \"" + method + "\"");
    }
    if (method.equals("CONNECT")) {
      throw new IllegalArgumentException("CONNECT is sent to proxies by the client itself");
    }
    return new ClientRequest(new Settings(method, uri));
  }

  /** As {@link #of(String, URI)}. */
  public static ClientRequest of(String method, String uri) {
    return of(method, URI.create(uri));
  }

  /** A GET request. */
  public static ClientRequest get(String uri) {
    return of("GET", uri);
  }

  /** A HEAD request. */
  public static ClientRequest head(String uri) {
    return of("HEAD", uri);
  }

  /** A POST request with a body. */
  public static ClientRequest post(String uri, Content content) {
    return of("POST", uri).content(content);
  }

  /** A POST request with a form, as a browser sends one without files. */
  public static ClientRequest post(String uri, Parameters form) {
    return post(uri, Content.of(form.encode()))
        .header("Content-Type", "application/x-www-form-urlencoded");
  }

  /** A PUT request with a body. */
  public static ClientRequest put(String uri, Content content) {
    return of("PUT", uri).content(content);
  }

  /** A DELETE request. */
  public static ClientRequest delete(String uri) {
    return of("DELETE", uri);
  }

  // ---- Settings

  /**
   * Sets a header field, in the place of those of its name.
   *
   * @throws IllegalArgumentException when it cannot be sent (see {@link Headers#add}), or is the
   *     client's to set: Connection, Content-Length, Expect, Keep-Alive, Transfer-Encoding, Upgrade
   */
  public ClientRequest header(String name, String value) {
    requireFree(name);
    Settings copy = new Settings(settings);
    copy.headers = settings.headers.copy().set(name, value);
    return new ClientRequest(copy);
  }

  /** Adds a header field behind the others; throws as {@link #header} does. */
  public ClientRequest addHeader(String name, String value) {
    requireFree(name);
    Settings copy = new Settings(settings);
    copy.headers = settings.headers.copy().add(name, value);
    return new ClientRequest(copy);
  }

  /** Sets all header fields, in the place of all that were there; throws as {@link #header}. */
  public ClientRequest headers(Headers fields) {
    for (int i = 0; i < fields.size(); i++) {
      requireFree(fields.name(i));
    }
    Settings copy = new Settings(settings);
    copy.headers = fields.copy();
    return new ClientRequest(copy);
  }

  private static void requireFree(String name) {
    if (isReserved(name)) {
      throw new IllegalArgumentException("the header field " + name + " is the client's to set");
    }
  }

  private static boolean isReserved(String name) {
    return switch (name.length()) {
      case 6, 7, 10, 14, 16, 17 -> RESERVED.contains(lower(name));
      default -> false;
    };
  }

  private static String lower(String name) {
    StringBuilder lower = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      lower.append(c >= 'A' && c <= 'Z' ? (char) (c | 0x20) : c);
    }
    return lower.toString();
  }

  /**
   * Sets user and password in the Authorization field (RFC 7617), which only TLS keeps secret.
   *
   * @throws IllegalArgumentException when the user has a colon
   */
  public ClientRequest basicAuth(String user, String password) {
    return header("Authorization", Target.basic(user, password));
  }

  /**
   * Sets the body.
   *
   * @throws IllegalArgumentException when its media type has characters that no field can have
   */
  public ClientRequest content(Content body) {
    String type = body.mediaType();
    if (type != null && !Ascii.isValue(type)) {
      throw new IllegalArgumentException("not a media type: \"" + type + "\"");
    }
    Settings copy = new Settings(settings);
    copy.content = body;
    return new ClientRequest(copy);
  }

  /**
   * Asks the server before the body is sent ({@code Expect: 100-continue}). A server that refuses
   * is not sent the body; one that does not answer within {@link ClientTimeouts#continued} is.
   */
  public ClientRequest expectContinue() {
    Settings copy = new Settings(settings);
    copy.expectsContinue = true;
    return new ClientRequest(copy);
  }

  /**
   * Asks for another protocol on this connection. If the server switches, the response has the
   * status 101 and an {@link ClientResponse#upgraded() upgraded} connection.
   *
   * @param protocol such as {@code websocket}
   */
  public ClientRequest upgrade(String protocol) {
    if (protocol.isEmpty() || !Ascii.isValue(protocol)) {
      throw new IllegalArgumentException("not the name of a protocol: \"" + protocol + "\"");
    }
    Settings copy = new Settings(settings);
    copy.upgrade = protocol;
    return new ClientRequest(copy);
  }

  /** Connects to a Unix socket in place of the URI's host and port; no proxy is used. */
  public ClientRequest unixSocket(String path) {
    Settings copy = new Settings(settings);
    copy.unixSocket = Objects.requireNonNull(path, "path");
    return new ClientRequest(copy);
  }

  /**
   * Sends this request target in place of the URI's path and query, as it is: for targets that are
   * not URIs, such as {@code *} with OPTIONS, and for those that a proxy must not change.
   *
   * @throws IllegalArgumentException when it has other characters than visible ASCII
   */
  public ClientRequest requestTarget(String raw) {
    if (raw.isEmpty() || raw.chars().anyMatch(c -> c <= ' ' || c >= 0x7f)) {
      throw new IllegalArgumentException("not a request target: \"" + raw + "\"");
    }
    Settings copy = new Settings(settings);
    copy.requestTarget = raw;
    return new ClientRequest(copy);
  }

  /** Hands informational responses (1xx) to {@code handler}; they are dropped otherwise. */
  public ClientRequest onInformational(InformationalHandler handler) {
    Settings copy = new Settings(settings);
    copy.informational = Objects.requireNonNull(handler, "handler");
    return new ClientRequest(copy);
  }

  // ---- For redirects and repetitions

  /**
   * The request that a redirect leads to.
   *
   * @param asGet whether it becomes a GET request without a body
   */
  ClientRequest redirected(URI to, boolean asGet) {
    Settings copy = new Settings(settings);
    copy.uri = to;
    copy.target = Target.of(to);
    copy.requestTarget = copy.target.target();
    copy.headers = settings.headers.copy().remove("Host");
    // User information of this request's URI is not in that of the next one.
    if (!copy.target.hasOriginOf(settings.target)) {
      copy.unixSocket = null;
      for (String credentials : new String[] {"Authorization", "Cookie", "Proxy-Authorization"}) {
        copy.headers.remove(credentials);
      }
    } else if (settings.target.credentials() != null
        && !settings.headers.contains("Authorization")) {
      copy.headers.set("Authorization", settings.target.credentials());
    }
    if (asGet) {
      copy.method = settings.method.equals("HEAD") ? "HEAD" : "GET";
      copy.content = null;
      copy.expectsContinue = false;
      copy.headers = withoutContentFields(copy.headers);
    }
    return new ClientRequest(copy);
  }

  private static Headers withoutContentFields(Headers fields) {
    Headers kept = new Headers();
    fields.forEach((name, value) -> {
      if (!lower(name).startsWith("content-")) {
        kept.add(name, value);
      }
    });
    return kept;
  }

  ClientRequest withoutExpectation() {
    Settings copy = new Settings(settings);
    copy.expectsContinue = false;
    return new ClientRequest(copy);
  }

  // ---- Accessors

  public String method() {
    return settings.method;
  }

  public URI uri() {
    return settings.uri;
  }

  /** A copy of the header fields that were set. */
  public Headers headers() {
    return settings.headers.copy();
  }

  Headers fields() {
    return settings.headers;
  }

  Target target() {
    return settings.target;
  }

  String requestTarget() {
    return settings.requestTarget;
  }

  @Nullable Content content() {
    return settings.content;
  }

  boolean expectsContinue() {
    return settings.expectsContinue && settings.content != null;
  }

  @Nullable String upgrade() {
    return settings.upgrade;
  }

  @Nullable String unixSocket() {
    return settings.unixSocket;
  }

  @Nullable InformationalHandler informational() {
    return settings.informational;
  }

  /**
   * Reports whether sending it twice does what sending it once does: by its method (RFC 9110,
   * 9.2.2), or because an Idempotency-Key lets the server tell; and its body can be written again.
   */
  boolean isRepeatable() {
    boolean idempotent =
        IDEMPOTENT.contains(settings.method) || settings.headers.contains("Idempotency-Key");
    return idempotent && settings.upgrade == null && hasRepeatableContent();
  }

  boolean hasRepeatableContent() {
    return settings.content == null || settings.content.isRepeatable();
  }

  /** Method and URI, without user information. */
  @Override
  public String toString() {
    return settings.method + " " + settings.target.toUri();
  }
}
