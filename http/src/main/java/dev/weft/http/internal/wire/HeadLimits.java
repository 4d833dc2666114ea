package dev.weft.http.internal.wire;

/**
 * Size limits of a head.
 *
 * @param startLine bytes of the request or status line
 * @param size bytes of the whole head, or of a trailer section
 * @param fields fields
 * @param valuesPerName fields of the same name
 */
public record HeadLimits(int startLine, int size, int fields, int valuesPerName) {}
