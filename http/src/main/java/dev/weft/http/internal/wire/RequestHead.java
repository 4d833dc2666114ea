package dev.weft.http.internal.wire;

import org.jspecify.annotations.Nullable;

/** A request's head as positions in the bytes it was received in. */
public final class RequestHead extends MessageHead {
  int methodTo;
  int targetFrom;
  int targetTo;
  int authorityFrom;
  int authorityTo;
  int pathFrom;
  int pathTo;
  TargetForm form = TargetForm.ORIGIN;
  boolean expectContinue;
  int host;

  @Override
  void clear() {
    super.clear();
    methodTo = 0;
    authorityFrom = 0;
    authorityTo = 0;
    form = TargetForm.ORIGIN;
    expectContinue = false;
    host = -1;
  }

  /** The method; the same string each time for those that are registered. */
  public String method() {
    return Methods.text(bytes, base, base + methodTo);
  }

  /** Reports whether the method is this one; methods are case-sensitive. */
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
    return host < 0 ? "" : fields().value(host);
  }

  public TargetForm form() {
    return form;
  }

  /** Reports whether the client waits for 100 (Continue) before it sends the body. */
  public boolean expectsContinue() {
    return expectContinue;
  }
}
