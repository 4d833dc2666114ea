package dev.weft.http.client;

import dev.weft.http.Headers;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request. A short body in memory is sent together with the head; any other body is
 * written by a goroutine of its own while the caller waits for the response, so that a server may
 * respond before it has read everything.
 */
public interface Content {
  /** Value of {@link #length} for a body that is sent in chunks. */
  long UNKNOWN_LENGTH = -1;

  /** Returns how many bytes {@link #writeTo} writes, or {@link #UNKNOWN_LENGTH}. */
  long length();

  /**
   * Reports whether the body can be written again from its beginning, for redirects and retries.
   */
  boolean isRepeatable();

  /**
   * Writes the body. When the response ends the exchange earlier, writing fails and the thread is
   * interrupted. An exception of this method ends the exchange, and is thrown to the caller.
   */
  void writeTo(OutputStream out) throws IOException;

  /**
   * Returns the value of Content-Type for requests that do not set it; null, the default, for none.
   */
  default @Nullable String mediaType() {
    return null;
  }

  /** Returns the trailer fields for a body of unknown length; called after the body was written. */
  default Headers trailers() {
    return new Headers();
  }

  /** Returns a body of these bytes, which must not be changed until the request is sent. */
  static Content of(byte[] bytes) {
    return new ByteContent(bytes);
  }

  /** Returns a body of text in UTF-8. */
  static Content of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns a body of a whole stream, sent in chunks. The stream is read once, and then closed. */
  static Content of(InputStream in) {
    return new StreamContent(in, UNKNOWN_LENGTH);
  }

  /**
   * Returns a body of {@code length} bytes of a stream. The stream is read once, and then closed.
   *
   * @param length the number of bytes; the request fails when the stream has fewer
   */
  static Content of(InputStream in, long length) {
    if (length < 0) {
      throw new IllegalArgumentException("the length of a body is " + length);
    }
    return new StreamContent(in, length);
  }

  /**
   * Returns a body of a file, with its length at the time of this call.
   *
   * @throws IOException when the file does not exist, or its size cannot be read
   */
  static Content of(Path file) throws IOException {
    return FileContent.of(file);
  }
}
