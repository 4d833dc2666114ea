package dev.weft.http.internal.wire;

import static dev.weft.http.internal.wire.MalformedException.badRequest;

/** Parses one field line of a head or a trailer section (RFC 9112, 5). */
final class FieldParser {
  private final HeadLimits limits;
  private int nameTo;
  private int valueFrom;
  private int valueTo;

  FieldParser(HeadLimits limits) {
    this.limits = limits;
  }

  /**
   * Parses a line and adds it to the table.
   *
   * @param from where the line begins in {@code bytes}
   * @param to where its CR is
   * @param base what the table's positions are relative to
   */
  void parse(byte[] bytes, int from, int to, int base, FieldTable table) throws MalformedException {
    int i = from;
    while (i < to && Ascii.isToken(bytes[i])) {
      i++;
    }
    if (i == to || bytes[i] != ':' || i == from) {
      throw badName(bytes, from, i, to);
    }
    nameTo = i;
    i++;
    while (i < to && isSpace(bytes[i])) {
      i++;
    }
    valueFrom = i;
    for (; i < to; i++) {
      if (!Ascii.isValue(bytes[i])) {
        throw badRequest("a control character in a field value");
      }
    }
    while (i > valueFrom && isSpace(bytes[i - 1])) {
      i--;
    }
    valueTo = i;
    if (table.size() >= limits.fields()) {
      throw new MalformedException(431, "more than " + limits.fields() + " header fields");
    }
    if (table.size() >= limits.valuesPerName()
        && table.count(bytes, base, from - base, nameTo - base) >= limits.valuesPerName()) {
      throw new MalformedException(
          431, "more than " + limits.valuesPerName() + " header fields of one name");
    }
    table.add(from - base, nameTo - base, valueFrom - base, valueTo - base);
  }

  private static MalformedException badName(byte[] bytes, int from, int at, int to) {
    if (at == from && at < to && isSpace(bytes[at])) {
      return badRequest("a folded line, or white space before a field name");
    }
    if (at < to && isSpace(bytes[at])) {
      return badRequest("white space between a field name and its colon");
    }
    return badRequest("a field line without a name or without a colon");
  }

  static boolean isSpace(byte b) {
    return b == ' ' || b == '\t';
  }

  /** Where the name of the line parsed last ends. */
  int nameTo() {
    return nameTo;
  }

  int valueFrom() {
    return valueFrom;
  }

  int valueTo() {
    return valueTo;
  }
}
