package dev.weft.http.internal.wire;

import org.jspecify.annotations.Nullable;

/**
 * A request's head as positions in the bytes it was received in, and what it says about framing.
 * Reused from request to request; positions are relative to where the head begins.
 */
public final class RequestHead {
  /** The content length of a request that does not have one. */
  public static final long NO_LENGTH = -1;

  private final FieldTable fields = new FieldTable();
  private byte[] bytes = {};
  private int base;

  int methodTo;
  int targetFrom;
  int targetTo;
  int authorityFrom;
  int authorityTo;
  int pathFrom;
  int pathTo;
  TargetForm form = TargetForm.ORIGIN;
  int minorVersion;
  long contentLength;
  boolean chunked;
  boolean close;
  boolean keepAlive;
  boolean upgrade;
  boolean expectContinue;
  int host;

  void clear() {
    fields.clear();
    methodTo = 0;
    authorityFrom = 0;
    authorityTo = 0;
    form = TargetForm.ORIGIN;
    contentLength = NO_LENGTH;
    chunked = false;
    close = false;
    keepAlive = false;
    upgrade = false;
    expectContinue = false;
    host = -1;
  }

  /** Says in which bytes the positions are, and where the head begins there. */
  public void locate(byte[] newBytes, int newBase) {
    bytes = newBytes;
    base = newBase;
    fields.locate(newBytes, newBase);
  }

  public FieldTable fields() {
    return fields;
  }

  /** The method; the same string each time for those that are registered. */
  public String method() {
    return Methods.text(bytes, base, base + methodTo);
  }

  /** Whether the method is this one; methods are case-sensitive. */
  public boolean isMethod(String method) {
    return Ascii.equals(bytes, base, base + methodTo, method);
  }

  /** The request target as it was sent. */
  public String target(StringCache cache) {
    return cache.text(bytes, base + targetFrom, base + targetTo);
  }

  /**
   * The path as it was sent, without the query: {@code *} for the asterisk form, and empty for the
   * authority form.
   */
  public String rawPath(StringCache cache) {
    if (form == TargetForm.AUTHORITY) {
      return "";
    }
    return pathFrom == pathTo ? "/" : cache.text(bytes, base + pathFrom, base + pathTo);
  }

  /** What follows the question mark, as it was sent; null without one. */
  public @Nullable String rawQuery() {
    if (form == TargetForm.AUTHORITY || pathTo == targetTo) {
      return null;
    }
    return Ascii.text(bytes, base + pathTo + 1, base + targetTo);
  }

  /**
   * Host and port that the request is for: the target's if it names one (RFC 9112, 3.2.2), else the
   * Host field's; empty when neither is there.
   */
  public String authority() {
    if (authorityTo > authorityFrom) {
      return Ascii.text(bytes, base + authorityFrom, base + authorityTo);
    }
    return host < 0 ? "" : fields.value(host);
  }

  public TargetForm form() {
    return form;
  }

  /** 0 for HTTP/1.0, 1 for HTTP/1.1 and what claims to be later within version 1. */
  public int minorVersion() {
    return minorVersion;
  }

  /** The body's length, or {@link #NO_LENGTH}. */
  public long contentLength() {
    return contentLength;
  }

  public boolean isChunked() {
    return chunked;
  }

  /** Whether the connection is to be closed after the answer, by what the client says. */
  public boolean wantsClose() {
    return close || (minorVersion == 0 && !keepAlive);
  }

  /** Whether Connection names Upgrade. */
  public boolean wantsUpgrade() {
    return upgrade;
  }

  /** Whether the client waits for 100 (Continue) before it sends the body. */
  public boolean expectsContinue() {
    return expectContinue;
  }
}
