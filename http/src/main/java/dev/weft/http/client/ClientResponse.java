package dev.weft.http.client;

import dev.weft.http.Headers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The response to a request, with its body as a stream. The connection returns to the pool when the
 * end of the body was read; closing the response before closes the connection. So read the body to
 * its end or close the response:
 *
 * <pre>{@code
 * try (ClientResponse response = client.get("http://127.0.0.1:8080/")) {
 *   System.out.println(response.status() + " " + response.text());
 * }
 * }</pre>
 *
 * <p>For use by one thread at a time.
 */
public final class ClientResponse implements AutoCloseable {
  private final ClientRequest request;
  private final ReceivedHead head;
  private final BodyStream raw;
  private final ResponseStream body;
  private final long contentLength;
  private final int inMemory;
  private final @Nullable UpgradedConn upgraded;

  /**
   * @param raw the body as received, whose end ends the exchange
   * @param body the same stream, or one that decompresses it
   */
  ClientResponse(
      ClientRequest request,
      ReceivedHead head,
      BodyStream raw,
      ResponseStream body,
      long contentLength,
      int inMemory,
      @Nullable UpgradedConn upgraded) {
    this.request = request;
    this.head = head;
    this.raw = raw;
    this.body = body;
    this.contentLength = contentLength;
    this.inMemory = inMemory;
    this.upgraded = upgraded;
  }

  /** Returns the status, from 200 to 599; 101 when the connection was upgraded. */
  public int status() {
    return head.status();
  }

  /** Returns the reason phrase; often empty. */
  public String reason() {
    return head.reason();
  }

  /**
   * Returns the header fields, without Content-Encoding and Content-Length if the client
   * decompresses the body.
   */
  public Headers headers() {
    return head.headers();
  }

  /** Returns the value of the first header field of this name, or null. */
  public @Nullable String header(String name) {
    return head.headers().get(name);
  }

  /** Returns the URI of the response: that of the request, or of the last redirect. */
  public URI uri() {
    return request.uri();
  }

  /** Returns the length of {@link #body}, or -1 when it is not known before the end. */
  public long contentLength() {
    return contentLength;
  }

  /**
   * Returns the body, decompressed if the client requested compression. Reading blocks until bytes
   * arrive; closing the stream closes the response.
   *
   * <p>Reading throws {@link java.net.SocketTimeoutException} when no bytes arrive in time, {@link
   * java.io.EOFException} when the connection ends before the body, and {@link
   * MalformedResponseException}.
   */
  public InputStream body() {
    return body;
  }

  /**
   * Reads all of the body and closes the response.
   *
   * @throws MalformedResponseException when it is longer than {@link ClientLimits#inMemory}
   */
  public byte[] bytes() throws IOException {
    try (this) {
      if (contentLength > inMemory) {
        throw tooLong();
      }
      if (contentLength >= 0) {
        return body.readNBytes((int) contentLength);
      }
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      byte[] buffer = new byte[8192];
      for (int n; (n = body.read(buffer)) >= 0; ) {
        if (n > inMemory - all.size()) {
          throw tooLong();
        }
        all.write(buffer, 0, n);
      }
      return all.toByteArray();
    }
  }

  private MalformedResponseException tooLong() {
    return new MalformedResponseException(
        request + ": a body of more than " + inMemory + " bytes, which is the limit in memory");
  }

  /**
   * Reads all of the body as text, and closes the response; in the charset that Content-Type names,
   * or UTF-8.
   *
   * @throws MalformedResponseException when it is longer than {@link ClientLimits#inMemory}
   */
  public String text() throws IOException {
    return new String(bytes(), charset());
  }

  private Charset charset() {
    String type = header("Content-Type");
    if (type != null) {
      for (String parameter : type.split(";", -1)) {
        String each = parameter.strip();
        if (each.regionMatches(true, 0, "charset=", 0, 8)) {
          try {
            return Charset.forName(each.substring(8).replace("\"", "").strip());
          } catch (IllegalArgumentException e) {
            return StandardCharsets.UTF_8;
          }
        }
      }
    }
    return StandardCharsets.UTF_8;
  }

  /** Returns the trailer fields of a chunked body; empty before its end was read. */
  public Headers trailers() {
    return raw.trailers();
  }

  /**
   * Returns the upgraded connection, which the caller must close.
   *
   * @throws IllegalStateException when the status is not 101
   */
  public UpgradedConn upgraded() {
    if (upgraded == null) {
      throw new IllegalStateException(
          request + ": the server answered " + head.status() + " and did not switch protocols");
    }
    return upgraded;
  }

  /**
   * Ends the exchange, and drops the unread rest of the body. Does not close an upgraded
   * connection.
   */
  @Override
  public void close() {
    body.close();
  }

  @Override
  public String toString() {
    String reason = head.reason();
    return request + ": " + head.status() + (reason.isEmpty() ? "" : " " + reason);
  }
}
