package dev.weft.http.internal.wire;

import static dev.weft.http.internal.wire.MalformedException.badRequest;

/**
 * Parses request heads, strictly (RFC 9112): what two implementations could read in two ways is
 * refused, because that is how a request is smuggled past one of them.
 *
 * <p>Works line by line and remembers how far it has looked, so that a head that comes in pieces is
 * looked at once. Allocates nothing unless it refuses.
 *
 * <pre>
 *   EMPTY_LINES --(a line that is not empty)--> FIELDS --(an empty line)--> complete
 * </pre>
 */
public final class RequestParser {
  private enum State {
    /** Before the request line, where empty lines are ignored (RFC 9112, 2.2). */
    EMPTY_LINES,
    FIELDS
  }

  private final HeadLimits limits;
  private final FieldParser fieldParser;
  private final FramingFields framing;
  private final RequestHead head = new RequestHead();

  private State state = State.EMPTY_LINES;

  /** Where the line begins that is not complete, relative to the first byte given. */
  private int line;

  /** Up to where there is no line feed in that line. */
  private int scanned;

  /** Where the request line begins: behind empty lines. */
  private int begin;

  public RequestParser(HeadLimits limits) {
    this.limits = limits;
    fieldParser = new FieldParser(limits);
    framing = new FramingFields(head);
    reset();
  }

  /** Gets ready for the next head. */
  public void reset() {
    state = State.EMPTY_LINES;
    line = 0;
    scanned = 0;
    begin = 0;
    head.clear();
  }

  /**
   * Goes on with the head whose first byte is at {@code from}. Between two calls for one head the
   * bytes may have moved and more may have come behind them.
   *
   * @return whether it is complete; {@link #length} says then where it ends
   * @throws MalformedException when it is not to be accepted
   */
  public boolean parse(byte[] bytes, int from, int to) throws MalformedException {
    while (true) {
      int lineFeed = LineScanner.indexOfLineFeed(bytes, from + scanned, to);
      if (lineFeed < 0) {
        scanned = to - from;
        checkSize(scanned);
        return false;
      }
      checkSize(lineFeed - from + 1);
      int start = from + line;
      if (lineFeed == start || bytes[lineFeed - 1] != '\r') {
        throw badRequest("a line that ends without CR");
      }
      line = lineFeed + 1 - from;
      scanned = line;
      if (lineFeed - 1 > start) {
        parseLine(bytes, start, lineFeed - 1, from);
      } else if (state == State.FIELDS) {
        head.locate(bytes, from + begin);
        framing.check();
        return true;
      }
    }
  }

  private void parseLine(byte[] bytes, int start, int end, int from) throws MalformedException {
    if (state == State.FIELDS) {
      int base = from + begin;
      fieldParser.parse(bytes, start, end, base, head.fields());
      framing.note(bytes, start, fieldParser);
      return;
    }
    begin = start - from;
    RequestLine.parse(bytes, start, end, head);
    state = State.FIELDS;
  }

  private void checkSize(int size) throws MalformedException {
    if (state == State.EMPTY_LINES && size - line > limits.requestLine() + 2) {
      throw new MalformedException(
          414, "a request line of more than " + limits.requestLine() + " bytes");
    }
    if (size > limits.size()) {
      throw new MalformedException(431, "a head of more than " + limits.size() + " bytes");
    }
  }

  /** Whether something of a head has come, other than empty lines. */
  public boolean hasBegun() {
    return state == State.FIELDS || scanned > line;
  }

  /** The bytes of the head that is complete, with empty lines before it. */
  public int length() {
    return line;
  }

  /** The head that is complete. */
  public RequestHead head() {
    return head;
  }

  /** Where the head begins behind empty lines: what its positions are relative to. */
  public int begin() {
    return begin;
  }
}
