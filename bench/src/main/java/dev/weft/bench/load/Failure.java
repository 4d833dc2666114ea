package dev.weft.bench.load;

/** What may become of a request that is not answered. */
public enum Failure {
  CONNECT_REFUSED("connection refused"),
  CONNECT_FAILED("connection not made"),
  RESET("connection reset"),
  CLOSED_EARLY("closed before the answer was complete"),
  WRONG_ANSWER("wrong bytes in the answer"),
  TOO_MUCH("bytes behind the answer"),
  TIMEOUT("no answer in time"),
  NO_SOCKET("no socket to be had for the client");

  private final String text;

  Failure(String text) {
    this.text = text;
  }

  /** In words. */
  public String text() {
    return text;
  }
}
