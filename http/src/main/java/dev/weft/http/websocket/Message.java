package dev.weft.http.websocket;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/** A whole message, of text or of bytes, joined from its fragments. */
public final class Message {
  private final byte[] bytes;
  private final @Nullable String text;

  private Message(byte[] bytes, @Nullable String text) {
    this.bytes = bytes;
    this.text = text;
  }

  static Message text(byte[] bytes, String text) {
    return new Message(bytes, text);
  }

  static Message binary(byte[] bytes) {
    return new Message(bytes, null);
  }

  public boolean isText() {
    return text != null;
  }

  /** The text; what the bytes are as UTF-8 for a message of bytes. */
  public String text() {
    return text == null ? new String(bytes, UTF_8) : text;
  }

  /** The payload; not a copy. For a message of text its UTF-8. */
  public byte[] bytes() {
    return bytes;
  }

  @Override
  public String toString() {
    return text == null ? bytes.length + " bytes" : text;
  }
}
