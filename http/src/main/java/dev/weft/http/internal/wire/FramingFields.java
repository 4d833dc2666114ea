package dev.weft.http.internal.wire;

import static dev.weft.http.internal.wire.MalformedException.badRequest;

/**
 * Records the fields that decide how a message is framed, while they are parsed, and refuses those
 * that contradict each other.
 */
sealed class FramingFields permits RequestFraming {
  private final MessageHead head;

  FramingFields(MessageHead head) {
    this.head = head;
  }

  /** Examines the field parsed last, whose name begins at {@code name}. */
  void note(byte[] bytes, int name, FieldParser field) throws MalformedException {
    int nameTo = field.nameTo();
    int from = field.valueFrom();
    int to = field.valueTo();
    switch (nameTo - name) {
      case 10 -> {
        if (Ascii.equalsIgnoreCase(bytes, name, nameTo, "Connection")) {
          connection(bytes, from, to);
        }
      }
      case 14 -> {
        if (Ascii.equalsIgnoreCase(bytes, name, nameTo, "Content-Length")) {
          contentLength(bytes, from, to);
        }
      }
      case 17 -> {
        if (Ascii.equalsIgnoreCase(bytes, name, nameTo, "Transfer-Encoding")) {
          transferEncoding(bytes, from, to);
        }
      }
      default -> {}
    }
  }

  /** A list of tokens (RFC 9110, 7.6.1), of which empty ones are ignored. */
  private void connection(byte[] bytes, int from, int to) throws MalformedException {
    int i = from;
    while (i < to) {
      while (i < to && (FieldParser.isSpace(bytes[i]) || bytes[i] == ',')) {
        i++;
      }
      int token = i;
      while (i < to && Ascii.isToken(bytes[i])) {
        i++;
      }
      option(bytes, token, i);
      while (i < to && FieldParser.isSpace(bytes[i])) {
        i++;
      }
      if (i < to && bytes[i] != ',') {
        throw badRequest("a Connection that is not a list of tokens");
      }
    }
  }

  private void option(byte[] bytes, int from, int to) {
    if (Ascii.equalsIgnoreCase(bytes, from, to, "keep-alive")) {
      head.keepAlive = true;
    } else if (Ascii.equalsIgnoreCase(bytes, from, to, "close")) {
      head.close = true;
    } else if (Ascii.equalsIgnoreCase(bytes, from, to, "upgrade")) {
      head.upgrade = true;
    }
  }

  private void contentLength(byte[] bytes, int from, int to) throws MalformedException {
    if (head.contentLength != MessageHead.NO_LENGTH) {
      throw badRequest("more than one Content-Length");
    }
    head.contentLength = Ascii.parseDecimal(bytes, from, to);
    if (head.contentLength < 0) {
      throw badRequest("a Content-Length that is not one decimal number");
    }
  }

  private void transferEncoding(byte[] bytes, int from, int to) throws MalformedException {
    if (head.chunked) {
      throw badRequest("more than one Transfer-Encoding");
    }
    if (!Ascii.equalsIgnoreCase(bytes, from, to, "chunked")) {
      throw badRequest("a Transfer-Encoding other than chunked");
    }
    head.chunked = true;
  }

  /** Checks the combination of all fields. */
  void check() throws MalformedException {
    if (head.chunked && head.contentLength != MessageHead.NO_LENGTH) {
      throw badRequest("Transfer-Encoding and Content-Length");
    }
    if (head.minorVersion == 0 && head.chunked) {
      throw badRequest("Transfer-Encoding in HTTP/1.0");
    }
  }
}
