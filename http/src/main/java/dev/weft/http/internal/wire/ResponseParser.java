package dev.weft.http.internal.wire;

import static dev.weft.http.internal.wire.MalformedException.badRequest;

/** Parses heads of responses. */
public final class ResponseParser extends HeadParser {
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
