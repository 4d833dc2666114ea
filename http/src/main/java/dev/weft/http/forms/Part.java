package dev.weft.http.forms;

import dev.weft.http.Headers;
import dev.weft.http.HttpException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A part of a multipart form; valid until the next one is asked for. */
public final class Part {
  private final String name;
  private final @Nullable String fileName;
  private final Headers headers;
  private final InputStream body;

  Part(String name, @Nullable String fileName, Headers headers, InputStream body) {
    this.name = name;
    this.fileName = fileName;
    this.headers = headers;
    this.body = body;
  }

  /** The name of the form's field. */
  public String name() {
    return name;
  }

  /**
   * The name that a file has at the client's; null when the part is no file. It may be anything:
   * not to be used as a path.
   */
  public @Nullable String fileName() {
    return fileName;
  }

  public Headers headers() {
    return headers;
  }

  /** The media type that the client gives; {@code text/plain} when it gives none. */
  public String contentType() {
    String type = headers.get("Content-Type");
    return type == null ? "text/plain" : type;
  }

  /** The content. What is left unread is dropped when the next part is asked for. */
  public InputStream body() {
    return body;
  }

  /**
   * All of the content as UTF-8.
   *
   * @throws HttpException 413 when it has more than {@code maxBytes}
   */
  public String readText(int maxBytes) throws IOException {
    byte[] bytes = body.readNBytes(maxBytes);
    if (body.read() >= 0) {
      throw new HttpException(413, "the field " + name + " is too long");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return fileName == null ? name : name + " (" + fileName + ")";
  }
}
