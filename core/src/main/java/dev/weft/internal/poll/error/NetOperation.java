package dev.weft.internal.poll.error;

/** The operations of network descriptors, with which error messages begin. */
public enum NetOperation {
  ACCEPT("accept"),
  BIND("bind"),
  CLOSE_READ("close read"),
  CLOSE_WRITE("close write"),
  DIAL("dial"),
  DUPLICATE("duplicate"),
  GET("get"),
  JOIN("join"),
  LEAVE("leave"),
  LISTEN("listen"),
  READ("read"),
  SET("set"),
  SET_READ_DEADLINE("set read deadline"),
  SET_WRITE_DEADLINE("set write deadline"),
  WRITE("write");

  private final String text;

  NetOperation(String text) {
    this.text = text;
  }

  @Override
  public String toString() {
    return text;
  }
}
