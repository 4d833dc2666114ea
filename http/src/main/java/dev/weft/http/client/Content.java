package dev.weft.http.client;

import dev.weft.http.Headers;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The body of a request. One that is short and in memory is sent together with the head; any other
 * is written by a goroutine of its own, while the caller waits for the response, so that a server
 * may answer before it has read everything.
 */
public interface Content {
  /** {@link #length} of a body that is sent in chunks. */
  long UNKNOWN_LENGTH = -1;

  /** How many bytes {@link #writeTo} writes, or {@link #UNKNOWN_LENGTH}. */
  long length();

  /**
   * Reports whether it can be written again from its beginning, for redirects and retries. A body
   * that cannot is sent once.
   */
  boolean isRepeatable();

  /**
   * Writes the body. When the response ends the exchange before, writing fails and the thread is
   * interrupted. What this method throws ends the exchange, and is thrown to the caller.
   */
  void writeTo(OutputStream out) throws IOException;

  /** Fields to be sent behind a body of unknown length; asked for after it was written. */
  default Headers trailers() {
    return new Headers();
  }

  /** The bytes, which must not be changed until the request was sent. */
  static Content of(byte[] bytes) {
    return new ByteContent(bytes);
  }

  /** Text in UTF-8. */
  static Content of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** All of a stream, in chunks. It is read once, and closed then. */
  static Content of(InputStream in) {
    return new StreamContent(in, UNKNOWN_LENGTH);
  }

  /**
   * So many bytes of a stream. It is read once, and closed then.
   *
   * @param length how many; the request fails when there are fewer
   */
  static Content of(InputStream in, long length) {
    if (length < 0) {
      throw new IllegalArgumentException("the length of a body is " + length);
    }
    return new StreamContent(in, length);
  }

  /**
   * A file, with the length that it has when this is called.
   *
   * @throws IOException when there is no such file, or its size cannot be told
   */
  static Content of(Path file) throws IOException {
    return FileContent.of(file);
  }
}
