package dev.weft.http.server;

import dev.weft.http.Headers;
import dev.weft.http.internal.wire.OutputBuffer;
import dev.weft.http.internal.wire.StatusLines;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The status and the fields of the response that an exchange currently sends, and how they are
 * written. The length of the body is written between {@link #begin} and {@link #finish}, by the
 * {@link ResponseBodyWriter}.
 */
final class ResponseHeadWriter {
  /** The length of a body whose length is not known before its end. */
  static final long UNKNOWN = -1;

  private static final byte[] CLOSE = bytes("Connection: close\r\n");
  private static final byte[] UPGRADE = bytes("Connection: Upgrade\r\n");
  private static final byte[] CLOSE_OR_UPGRADE = bytes("Connection: close, Upgrade\r\n");
  private static final byte[] KEEP_ALIVE = bytes("Connection: keep-alive\r\n");
  private static final byte[] CHUNKED = bytes("Transfer-Encoding: chunked\r\n");
  private static final byte[] CONTENT_LENGTH = bytes("Content-Length: ");

  private final ServerState server;
  private final OutputBuffer out;
  private final ServerRequest request;
  private final Headers headers = new Headers();
  private int status;
  private boolean committed;
  private boolean closing;

  /** Whether there is an Upgrade field, which Connection has to name (RFC 9110, 7.8). */
  private boolean offersUpgrade;

  ResponseHeadWriter(ServerState server, OutputBuffer out, ServerRequest request) {
    this.server = server;
    this.out = out;
    this.request = request;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  // ---- State

  /** Prepares for the next response. */
  void reset() {
    status = 200;
    committed = false;
    closing = false;
    offersUpgrade = false;
  }

  int status() {
    return status;
  }

  void status(int newStatus) {
    status = newStatus;
  }

  Headers headers() {
    return headers;
  }

  /** Reports whether the head was written, so that it cannot be changed any more. */
  boolean isCommitted() {
    return committed;
  }

  /** Reports whether the connection must be closed after this response. */
  boolean isClosing() {
    return closing;
  }

  void closeAfterwards() {
    closing = true;
  }

  /** Reports whether a response of this status never has a body. */
  boolean isBodiless() {
    return status == 204 || status == 304;
  }

  /** Reports whether the head may have a Content-Length (RFC 9110, 8.6). */
  boolean mayHaveLength() {
    return status != 204;
  }

  /** Reports whether the head may give the length of a body that does not follow it. */
  boolean mayDescribeAbsentBody() {
    return status == 304 || request.isHead();
  }

  /** Returns the length that was set as a header field, or {@link #UNKNOWN}. */
  long lengthField() throws IOException {
    String field = headers.get("Content-Length");
    if (field == null) {
      return UNKNOWN;
    }
    try {
      return Long.parseUnsignedLong(field);
    } catch (NumberFormatException e) {
      throw new IOException("the response's Content-Length is not a number: " + field, e);
    }
  }

  // ---- The final head

  /** Writes the status line and the fields that do not depend on the framing of the body. */
  void begin() {
    committed = true;
    request.answered();
    out.put(StatusLines.line(status));
    boolean dated = putFields();
    if (!dated) {
      out.put(server.clock().dateLine());
    }
  }

  void putLength(long length) {
    out.put(CONTENT_LENGTH).putDecimal(length).endLine();
  }

  void putChunked() {
    out.put(CHUNKED);
  }

  /** Writes what becomes of the connection, and the end of the head. */
  void finish() {
    closing |= request.wantsClose() || server.isStopping() || !request.canDrain();
    if (closing) {
      out.put(offersUpgrade ? CLOSE_OR_UPGRADE : CLOSE);
    } else if (offersUpgrade) {
      out.put(UPGRADE);
    } else if (request.isVersion10()) {
      out.put(KEEP_ALIVE);
    }
    out.endLine();
  }

  /** Writes the fields that the server does not set itself; returns whether there is a Date. */
  private boolean putFields() {
    boolean dated = false;
    for (int i = 0; i < headers.size(); i++) {
      String name = headers.name(i);
      switch (name.length()) {
        case 4 -> dated |= name.equalsIgnoreCase("Date");
        case 7 -> offersUpgrade |= name.equalsIgnoreCase("Upgrade");
        case 10 -> {
          if (name.equalsIgnoreCase("Connection")) {
            closing |= headers.containsElement(name, "close");
            continue;
          }
        }
        case 14 -> {
          if (name.equalsIgnoreCase("Content-Length")) {
            continue; // read by lengthField, and written with the framing
          }
        }
        case 17 -> {
          if (name.equalsIgnoreCase("Transfer-Encoding")) {
            continue;
          }
        }
        default -> {}
      }
      out.putField(name, headers.value(i));
    }
    return dated;
  }

  // ---- Other heads

  /** Writes the head after which the connection speaks another protocol. */
  void putUpgrade(String protocol) {
    headers.set("Upgrade", protocol);
    committed = true;
    status = 101;
    out.put(StatusLines.line(101));
    putFields();
    out.putField("Connection", "Upgrade").endLine();
  }

  /** Writes a head that precedes the final one. */
  void putInformational(int informational, Headers fields) {
    out.put(StatusLines.line(informational));
    for (int i = 0; i < fields.size(); i++) {
      out.putField(fields.name(i), fields.value(i));
    }
    out.endLine();
  }
}
