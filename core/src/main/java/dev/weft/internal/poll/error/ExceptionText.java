package dev.weft.internal.poll.error;

/** The {@code toString} of subclasses of the JDK's exceptions. */
public final class ExceptionText {
  private ExceptionText() {}

  /** Returns what logs and stack traces show: the type that programs catch, and the message. */
  public static String of(Class<? extends Exception> type, String message) {
    return type.getName() + ": " + message;
  }
}
