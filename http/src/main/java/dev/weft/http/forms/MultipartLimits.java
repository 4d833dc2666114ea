package dev.weft.http.forms;

import dev.weft.internal.settings.Require;

/**
 * Size limits of a multipart body, which is refused with 413 beyond them. How long the body may be
 * is the server's or the request's limit.
 *
 * @param parts parts
 * @param head bytes of a part's header fields
 * @param part bytes of a part
 */
public record MultipartLimits(int parts, int head, long part) {
  /** 1,000 parts, 8 KiB of header fields, and as long as the body may be. */
  public static final MultipartLimits DEFAULT = new MultipartLimits(1000, 8 << 10, Long.MAX_VALUE);

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException when one is too small for any part
   */
  public MultipartLimits {
    Require.atLeast("parts", parts, 1);
    Require.atLeast("head", head, 1);
    Require.atLeast("part", part, 0);
  }

  /** A copy with another {@link #parts}. */
  public MultipartLimits withParts(int count) {
    return new MultipartLimits(count, head, part);
  }

  /** A copy with another {@link #head}. */
  public MultipartLimits withHead(int bytes) {
    return new MultipartLimits(parts, bytes, part);
  }

  /** A copy with another {@link #part}. */
  public MultipartLimits withPart(long bytes) {
    return new MultipartLimits(parts, head, bytes);
  }
}
