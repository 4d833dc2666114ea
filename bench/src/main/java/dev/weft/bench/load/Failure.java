package dev.weft.bench.load;

/** The reason why a request was not answered. */
public enum Failure {
  CONNECT_REFUSED("connection refused"),
  CONNECT_FAILED("connection not made"),
  RESET("connection reset"),
  CLOSED_EARLY("closed before the answer was complete"),
  WRONG_ANSWER("wrong bytes in the answer"),
  TOO_MUCH("bytes behind the answer"),
  TIMEOUT("no answer in time"),
  NO_SOCKET("no socket available for the client");

  private final String text;

  Failure(String text) {
    this.text = text;
  }

  /** The reason in words. */
  public String text() {
    return text;
  }
}
