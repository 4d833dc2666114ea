package dev.weft.internal.poll.file;

import dev.weft.internal.poll.error.ErrorHints;
import dev.weft.internal.poll.error.ExceptionText;
import dev.weft.internal.poll.error.UseOfClosedException;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.SystemCallException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/**
 * The exceptions of file operations: the JDK's types, with Go's messages, as in {@code open
 * /etc/nothing: no such file or directory}. Their {@code getFile} returns the path alone.
 */
final class FileExceptions {
  private FileExceptions() {}

  static FileSystemException of(String operation, String path, int errno) {
    String reason = Errno.text(errno);
    String message = operation + " " + path + ": " + reason + ErrorHints.on(errno);
    return switch (errno) {
      case Errno.ENOENT -> new NoSuchFile(path, reason, message);
      case Errno.EACCES, Errno.EPERM -> new AccessDenied(path, reason, message);
      case Errno.EEXIST -> new AlreadyExists(path, reason, message);
      default -> new Other(path, reason, message);
    };
  }

  /** Converts an exception of a backend. */
  static FileSystemException of(String operation, String path, IOException e) {
    FileSystemException failure =
        switch (e) {
          case SystemCallException numbered -> of(operation, path, numbered.errno());
          case NoSuchFileException none -> of(operation, path, Errno.ENOENT);
          case AccessDeniedException denied -> of(operation, path, Errno.EACCES);
          case FileAlreadyExistsException exists -> of(operation, path, Errno.EEXIST);
          case FileSystemException other -> of(operation, path, reason(other.getReason()));
          default -> of(operation, path, reason(e.getMessage()));
        };
    if (!(e instanceof SystemCallException)) {
      failure.initCause(e);
    }
    return failure;
  }

  private static String reason(@Nullable String jdks) {
    return jdks == null || jdks.isEmpty()
        ? "input/output error"
        : Character.toLowerCase(jdks.charAt(0)) + jdks.substring(1);
  }

  static FileSystemException of(String operation, String path, String reason) {
    return new Other(path, reason, operation + " " + path + ": " + reason);
  }

  static IOException closed(String operation, String path) {
    return new UseOfClosedException(operation + " " + path + ": file already closed");
  }

  private static final class NoSuchFile extends NoSuchFileException {
    private static final long serialVersionUID = 1L;

    private final String message;

    NoSuchFile(String path, String reason, String message) {
      super(path, null, reason);
      this.message = message;
    }

    @Override
    public String getMessage() {
      return message;
    }

    @Override
    public String toString() {
      return ExceptionText.of(NoSuchFileException.class, message);
    }
  }

  private static final class AccessDenied extends AccessDeniedException {
    private static final long serialVersionUID = 1L;

    private final String message;

    AccessDenied(String path, String reason, String message) {
      super(path, null, reason);
      this.message = message;
    }

    @Override
    public String getMessage() {
      return message;
    }

    @Override
    public String toString() {
      return ExceptionText.of(AccessDeniedException.class, message);
    }
  }

  private static final class AlreadyExists extends FileAlreadyExistsException {
    private static final long serialVersionUID = 1L;

    private final String message;

    AlreadyExists(String path, String reason, String message) {
      super(path, null, reason);
      this.message = message;
    }

    @Override
    public String getMessage() {
      return message;
    }

    @Override
    public String toString() {
      return ExceptionText.of(FileAlreadyExistsException.class, message);
    }
  }

  private static final class Other extends FileSystemException {
    private static final long serialVersionUID = 1L;

    private final String message;

    Other(String path, String reason, String message) {
      super(path, null, reason);
      this.message = message;
    }

    @Override
    public String getMessage() {
      return message;
    }

    @Override
    public String toString() {
      return ExceptionText.of(FileSystemException.class, message);
    }
  }
}
