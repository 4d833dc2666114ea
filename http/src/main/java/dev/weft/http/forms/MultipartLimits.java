package dev.weft.http.forms;

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
}
