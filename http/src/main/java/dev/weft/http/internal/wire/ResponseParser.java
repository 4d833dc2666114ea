package dev.weft.http.internal.wire;

import static dev.weft.http.internal.wire.MalformedException.badRequest;

/** Parses heads of responses. */
public final class ResponseParser extends HeadParser {
  /** The first byte of a TLS record with an alert. */
  private static final byte TLS_ALERT = 21;

  private final ResponseHead head;

  public ResponseParser(HeadLimits limits) {
    this(limits, new ResponseHead());
  }

  private ResponseParser(HeadLimits limits, ResponseHead head) {
    super(limits, head, new FramingFields(head));
    this.head = head;
    reset();
  }

  @Override
  void parseStart(byte[] bytes, int from, int to) throws MalformedException {
    StatusLine.parse(bytes, from, to, head);
  }

  @Override
  void checkFirst(byte first) throws MalformedException {
    if (first == TLS_ALERT) {
      throw badRequest("TLS where HTTP was expected: is it a server of https?");
    }
    if (first != 'H' && first != '\r' && first != '\n') {
      throw badRequest("a response that does not begin with a version of HTTP");
    }
  }

  @Override
  void emptyLine() throws MalformedException {
    throw badRequest("an empty line before a response");
  }

  @Override
  MalformedException tooLong(int maxSize) {
    return badRequest("a status line of more than " + maxSize + " bytes");
  }

  /** The head that is complete. */
  public ResponseHead head() {
    return head;
  }
}
