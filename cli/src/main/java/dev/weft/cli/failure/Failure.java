package dev.weft.cli.failure;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.jspecify.annotations.Nullable;

/** Messages of exceptions. */
public final class Failure {
  private Failure() {}

  /**
   * Returns the message in one line. The JDK's exceptions of files often have only a path for a
   * message; their type then says what is wrong with it.
   */
  public static String text(Exception e) {
    String message = e.getMessage();
    if (message == null) {
      return e.toString();
    }
    String reason =
        e instanceof FileSystemException failure && failure.getReason() == null
            ? reason(failure)
            : null;
    return reason == null ? message : message + ": " + reason;
  }

  private static @Nullable String reason(FileSystemException e) {
    return switch (e) {
      case NoSuchFileException _ -> "no such file or folder";
      case NotDirectoryException _ -> "not a folder";
      case AccessDeniedException _ -> "permission denied";
      default -> null;
    };
  }
}
