package dev.weft.agent.runtime;

/** The JDK's code is not what a patch expects; the message says which part is missing. */
final class DoesNotFitException extends Exception {
  private static final long serialVersionUID = 1L;

  DoesNotFitException(String message) {
    super(message);
  }
}
