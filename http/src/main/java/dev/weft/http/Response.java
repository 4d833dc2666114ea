package dev.weft.http;

import dev.weft.io.FileHandle;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;

/**
 * The answer to a request. Status and header fields can be set until the first byte is sent: {@link
 * #send} sends everything at once; {@link #write} and {@link #outputStream} gather a little, so
 * that short answers have a length, and longer ones go out in chunks, or as they are when {@link
 * #contentLength} was set.
 *
 * <p>Valid until the handler returns; for use by one thread at a time. Date, Content-Length,
 * Transfer-Encoding and Connection are the server's to set; setting Connection to {@code close}
 * closes the connection after the answer.
 */
public interface Response {
  int status();

  /**
   * Sets the status, which is 200 otherwise.
   *
   * @param status from 200 to 599; see {@link #sendInformational} for others
   * @throws IllegalStateException when the head was sent
   */
  Response status(int status);

  /** The header fields. Changes after the head was sent have no effect. */
  Headers headers();

  /** Sets a header field; as {@link Headers#set}. */
  default Response header(String name, String value) {
    headers().set(name, value);
    return this;
  }

  /** Sets Content-Type. */
  default Response type(String mediaType) {
    return header("Content-Type", mediaType);
  }

  /** Adds a Set-Cookie field. */
  default Response addCookie(Cookie cookie) {
    headers().add("Set-Cookie", cookie.toHeader());
    return this;
  }

  /** Fields to be sent behind the body, if that goes out in chunks. */
  Headers trailers();

  /**
   * Says how long the body will be, which is then sent as it is written.
   *
   * @throws IllegalStateException when the head was sent
   */
  Response contentLength(long bytes);

  // ---- All at once

  /** Sends the answer without a body, and completes it. */
  default void send() throws IOException {
    send(new byte[0]);
  }

  /** Sends the answer with this body, and completes it. */
  default void send(byte[] body) throws IOException {
    send(body, 0, body.length);
  }

  /**
   * Sends the answer with this body, and completes it.
   *
   * @throws IllegalStateException when something was written before
   */
  void send(byte[] body, int offset, int length) throws IOException;

  /** Sends text in UTF-8, as {@code text/plain} unless a Content-Type is set. */
  default void send(String text) throws IOException {
    if (!headers().contains("Content-Type")) {
      type("text/plain; charset=utf-8");
    }
    send(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Redirects the client, with a status such as 303 (See Other) or 308. */
  default void redirect(int status, String location) throws IOException {
    status(status).header("Location", location).send();
  }

  // ---- Piece by piece

  /**
   * Adds to the body.
   *
   * @throws IOException when the client went away or does not read, or the body gets longer than
   *     {@link #contentLength} said
   */
  void write(byte[] bytes, int offset, int length) throws IOException;

  /** Adds all of it to the body; see {@link #write(byte[], int, int)}. */
  default void write(byte[] bytes) throws IOException {
    write(bytes, 0, bytes.length);
  }

  /** Adds what remains in the buffer to the body; see {@link #write(byte[], int, int)}. */
  default void write(ByteBuffer buffer) throws IOException {
    if (buffer.hasArray()) {
      write(buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
      buffer.position(buffer.limit());
    } else {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      write(bytes);
    }
  }

  /**
   * Adds {@code count} bytes of a file, from its position on, which moves. Long ones go from the
   * file to the connection inside the kernel, where that can be done and the length of the body was
   * set; see {@link #write(byte[], int, int)}.
   *
   * @throws java.io.EOFException when the file ends before
   */
  default void write(FileHandle file, long count) throws IOException {
    byte[] buffer = new byte[(int) Math.min(64 << 10, count)];
    for (long left = count; left > 0; ) {
      int n = file.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (n < 0) {
        throw new EOFException(file.path() + " ended " + left + " bytes before what is to be sent");
      }
      write(buffer, 0, n);
      left -= n;
    }
  }

  /** Adds text in UTF-8 to the body; see {@link #write(byte[], int, int)}. */
  default void write(String text) throws IOException {
    write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends what was written so far, with the head if that was not sent. */
  void flush() throws IOException;

  /** The body as a stream. Closing it completes the answer. */
  OutputStream outputStream();

  /** The body as a channel; closing it completes the answer. */
  default WritableByteChannel channel() {
    return Channels.newChannel(outputStream());
  }

  // ---- Besides

  /**
   * Sends an informational answer before the final one, such as 103 (Early Hints) with Link fields.
   * Does nothing for clients of HTTP/1.0, which do not know it.
   *
   * @param status from 102 to 199
   */
  void sendInformational(int status, Headers fields) throws IOException;

  /** Reports whether the head was sent, so that status and fields cannot be changed. */
  boolean isCommitted();

  /** The number of body bytes written, including those that are buffered. */
  long bytesWritten();

  /**
   * Takes the connection over from HTTP after an answer of 101 (Switching Protocols) with the
   * header fields set before. It is closed when the handler returns.
   *
   * @param protocol what goes into the Upgrade field
   */
  Hijacked upgrade(String protocol) throws IOException;

  /**
   * Takes the connection over without an answer: the handler writes to it directly. It is closed
   * when the handler returns.
   *
   * @throws IllegalStateException when something of an answer was written
   */
  Hijacked hijack() throws IOException;
}
