package dev.weft.http.internal.wire;

import static dev.weft.http.internal.wire.MalformedException.badRequest;

/**
 * Parses heads of messages strictly (RFC 9112). Refuses what two implementations could parse
 * differently, because that allows request smuggling.
 *
 * <p>Works line by line and keeps its position, so that each byte is scanned once even if a head
 * arrives in pieces. Allocates nothing unless it refuses.
 *
 * <pre>
 *   START --(the first line)--> FIELDS --(an empty line)--> complete
 * </pre>
 */
abstract sealed class HeadParser permits RequestParser, ResponseParser {
  private final HeadLimits limits;
  private final FieldParser fieldParser;
  private final FramingFields framing;
  private final MessageHead head;

  /** Whether the first line was parsed. */
  private boolean started;

  /** Where the incomplete line begins, relative to the first byte of the head. */
  private int line;

  /** The position up to which that line has no line feed. */
  private int scanned;

  /** Where the first line begins: behind empty lines. */
  private int begin;

  HeadParser(HeadLimits limits, MessageHead head, FramingFields framing) {
    this.limits = limits;
    this.head = head;
    this.framing = framing;
    fieldParser = new FieldParser(limits);
  }

  /** Parses the first line. */
  abstract void parseStart(byte[] bytes, int from, int to) throws MalformedException;

  /**
   * Refuses the first byte of a first line if no such line begins with it. Called before the line
   * is complete: a peer that speaks TLS would otherwise wait for an answer until a time-out.
   */
  abstract void checkFirst(byte first) throws MalformedException;

  /** Refuses an empty line before the first one, or ignores it. */
  abstract void emptyLine() throws MalformedException;

  /** The exception for a first line that is too long. */
  abstract MalformedException tooLong(int maxSize);

  /** Resets the parser for the next head. */
  public final void reset() {
    started = false;
    line = 0;
    scanned = 0;
    begin = 0;
    head.clear();
  }

  /**
   * Continues with the head whose first byte is at {@code from}. Between two calls for one head the
   * bytes may move, and more may follow them.
   *
   * @return whether it is complete; {@link #length} then returns where it ends
   * @throws MalformedException when it is to be refused
   */
  public final boolean parse(byte[] bytes, int from, int to) throws MalformedException {
    while (true) {
      int lineFeed = LineScanner.indexOfLineFeed(bytes, from + scanned, to);
      if (lineFeed < 0) {
        scanned = to - from;
        checkSize(scanned);
        if (scanned > line) {
          checkBegin(bytes[from + line]);
        }
        return false;
      }
      checkSize(lineFeed - from + 1);
      int start = from + line;
      if (lineFeed == start || bytes[lineFeed - 1] != '\r') {
        checkBegin(bytes[start]);
        throw badRequest("a line that ends without CR");
      }
      line = lineFeed + 1 - from;
      scanned = line;
      if (lineFeed - 1 > start) {
        parseLine(bytes, start, lineFeed - 1, from);
      } else if (started) {
        head.locate(bytes, from + begin);
        framing.check();
        return true;
      } else {
        emptyLine();
      }
    }
  }

  private void parseLine(byte[] bytes, int start, int end, int from) throws MalformedException {
    if (started) {
      int base = from + begin;
      fieldParser.parse(bytes, start, end, base, head.fields());
      framing.note(bytes, start, fieldParser);
      return;
    }
    begin = start - from;
    parseStart(bytes, start, end);
    started = true;
  }

  private void checkBegin(byte first) throws MalformedException {
    if (!started) {
      checkFirst(first);
    }
  }

  private void checkSize(int size) throws MalformedException {
    if (!started && size - line > limits.startLine() + 2) {
      throw tooLong(limits.startLine());
    }
    if (size > limits.size()) {
      throw new MalformedException(431, "a head of more than " + limits.size() + " bytes");
    }
  }

  /** Reports whether bytes of a head were received, other than empty lines. */
  public final boolean hasBegun() {
    return started || scanned > line;
  }

  /** The bytes of the head that is complete, with empty lines before it. */
  public final int length() {
    return line;
  }

  /** Where the head begins behind empty lines: what its positions are relative to. */
  public final int begin() {
    return begin;
  }
}
