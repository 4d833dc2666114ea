package dev.weft.http.internal.wire;

import static dev.weft.http.internal.wire.MalformedException.badRequest;

/** Parses heads of requests, with empty lines before them (RFC 9112, 2.2). */
public final class RequestParser extends HeadParser {
  /** The first byte of a TLS record with messages of the handshake. */
  private static final byte TLS_HANDSHAKE = 22;

  private final RequestHead head;

  public RequestParser(HeadLimits limits) {
    this(limits, new RequestHead());
  }

  private RequestParser(HeadLimits limits, RequestHead head) {
    super(limits, head, new RequestFraming(head));
    this.head = head;
    reset();
  }

  @Override
  void parseStart(byte[] bytes, int from, int to) throws MalformedException {
    RequestLine.parse(bytes, from, to, head);
  }

  @Override
  void checkFirst(byte first) throws MalformedException {
    if (first == TLS_HANDSHAKE) {
      throw badRequest("TLS on a connection without TLS");
    }
    if (first != '\r' && first != '\n' && !Ascii.isToken(first)) {
      throw badRequest("a request line without a method");
    }
  }

  @Override
  void emptyLine() {
    // ignored, as RFC 9112, 2.2 recommends
  }

  @Override
  MalformedException tooLong(int maxSize) {
    return new MalformedException(414, "a request line of more than " + maxSize + " bytes");
  }

  /** The head that is complete. */
  public RequestHead head() {
    return head;
  }
}
