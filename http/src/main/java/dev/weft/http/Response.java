package dev.weft.http;

import dev.weft.http.internal.wire.PercentEncoding;
import dev.weft.io.FileHandle;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;

/**
 * The response to a request. The status and header fields can be set until the first byte is sent.
 * {@link #send} sends everything at once. {@link #write} and {@link #outputStream} buffer the
 * beginning, so that short responses have a length; longer ones are sent in chunks, or without
 * chunks after {@link #contentLength}.
 *
 * <p>Valid until the handler returns; for use by one thread at a time. The server sets Date,
 * Content-Length, Transfer-Encoding and Connection; setting Connection to {@code close} closes the
 * connection after the response.
 */
public interface Response {
  int status();

  /**
   * Sets the status; the default is 200.
   *
   * @param status from 200 to 599; see {@link #sendInformational} for others
   * @throws IllegalStateException when the head has been sent
   */
  Response status(int status);

  /** Returns the header fields. Changes after the head has been sent have no effect. */
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

  /**
   * Makes browsers save the body as a file, by a Content-Disposition field.
   *
   * @param fileName the name that is proposed, of any characters
   */
  default Response attachment(String fileName) {
    return header("Content-Disposition", ContentDisposition.attachment(fileName));
  }

  /** Adds a Set-Cookie field. */
  default Response addCookie(Cookie cookie) {
    headers().add("Set-Cookie", cookie.toHeader());
    return this;
  }

  /** Returns the trailer fields, which are sent after a chunked body. */
  Headers trailers();

  /**
   * Sets the length of the body, which is then sent without chunks.
   *
   * @throws IllegalStateException when the head has been sent
   */
  Response contentLength(long bytes);

  // ---- The body at once

  /** Sends the response without a body, and completes it. */
  default void send() throws IOException {
    send(new byte[0]);
  }

  /** Sends the response with this body, and completes it. */
  default void send(byte[] body) throws IOException {
    send(body, 0, body.length);
  }

  /**
   * Sends the response with this body, and completes it.
   *
   * @throws IllegalStateException when bytes were written before
   */
  void send(byte[] body, int offset, int length) throws IOException;

  /** Sends text in UTF-8, as {@code text/plain} unless a Content-Type is set. */
  default void send(String text) throws IOException {
    if (!headers().contains("Content-Type")) {
      type("text/plain; charset=utf-8");
    }
    send(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Redirects the client.
   *
   * @param status such as 303 (See Other) or 308
   * @param location a URI or a path; characters that are not ASCII are percent-encoded
   */
  default void redirect(int status, String location) throws IOException {
    status(status).header("Location", PercentEncoding.encodeNonAscii(location)).send();
  }

  // ---- The body in pieces

  /**
   * Adds to the body.
   *
   * @throws IOException when the client has disconnected or does not read, or the body exceeds the
   *     {@link #contentLength}
   */
  void write(byte[] bytes, int offset, int length) throws IOException;

  /** Adds all bytes to the body; see {@link #write(byte[], int, int)}. */
  default void write(byte[] bytes) throws IOException {
    write(bytes, 0, bytes.length);
  }

  /** Adds the remaining bytes of the buffer to the body; see {@link #write(byte[], int, int)}. */
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
   * Adds {@code count} bytes of a file, from its position on, and then advances the position; see
   * {@link #write(FileHandle, long, long)}.
   */
  default void write(FileHandle file, long count) throws IOException {
    long from = file.position();
    write(file, from, count);
    file.seek(from + count);
  }

  /**
   * Adds {@code count} bytes of a file, from {@code from} on. The file's position stays, so any
   * number of responses can send one open file at once. Long parts are moved to the connection
   * inside the kernel, where that is possible and the length of the body is set; see {@link
   * #write(byte[], int, int)}.
   *
   * @param from the first byte's number in the file
   * @throws java.io.EOFException when the file has fewer bytes
   */
  default void write(FileHandle file, long from, long count) throws IOException {
    byte[] buffer = new byte[(int) Math.min(64 << 10, count)];
    for (long done = 0; done < count; ) {
      int n = file.pread(buffer, 0, (int) Math.min(buffer.length, count - done), from + done);
      if (n < 0) {
        throw new EOFException(
            file.path() + " ended " + (count - done) + " bytes before what is to be sent");
      }
      write(buffer, 0, n);
      done += n;
    }
  }

  /** Adds text in UTF-8 to the body; see {@link #write(byte[], int, int)}. */
  default void write(String text) throws IOException {
    write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends the bytes written so far, after the head if that has not been sent. */
  void flush() throws IOException;

  /** Returns the body as a stream. Closing it completes the response. */
  OutputStream outputStream();

  /** Returns the body as a channel; closing it completes the response. */
  default WritableByteChannel channel() {
    return Channels.newChannel(outputStream());
  }

  // ---- Other operations

  /**
   * Sends an informational response before the final one, such as 103 (Early Hints) with Link
   * fields. Does nothing for HTTP/1.0 clients, which do not support it.
   *
   * @param status from 102 to 199
   */
  void sendInformational(int status, Headers fields) throws IOException;

  /**
   * Reports whether the head has been sent, after which the status and fields cannot be changed.
   */
  boolean isCommitted();

  /** Returns the number of body bytes written, including buffered ones. */
  long bytesWritten();

  /**
   * Sends 101 (Switching Protocols) with the header fields set before, and takes over the
   * connection from HTTP. It is closed when the handler returns. What is left of the request's body
   * is read first, and dropped.
   *
   * @param protocol the value of the Upgrade field
   * @throws HttpException when the client did not ask for that protocol (426), or its body is too
   *     long or too slow
   * @throws IllegalStateException when a part of a response was written
   */
  Hijacked upgrade(String protocol) throws IOException;

  /**
   * Takes over the connection without a response: the handler writes to it directly. It is closed
   * when the handler returns. What is left of the request's body comes first on the connection, as
   * it was sent.
   *
   * @throws IllegalStateException when a part of a response was written
   */
  Hijacked hijack() throws IOException;
}
