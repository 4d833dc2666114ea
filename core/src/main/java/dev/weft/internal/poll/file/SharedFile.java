package dev.weft.internal.poll.file;

import dev.weft.internal.poll.FdLock;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.FileSystemException;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * Owns the backend's side of an open file. Each call holds a reference while it uses {@link #file};
 * the last one to drop a reference of a closed file releases it. Calls that use {@link #position}
 * take turns.
 */
final class SharedFile {
  /** A call of the backend. */
  interface Call {
    long call() throws IOException;
  }

  final OpenFile file;
  final boolean readable;
  final boolean writable;
  final boolean appending;

  /** Where the next read or write begins. Guarded by the turn. */
  long position;

  private final String path;

  /** A call that uses the position holds its write lock; its read lock is not used. */
  private final FdLock lock = new FdLock();

  SharedFile(OpenFile file, String path, Set<OpenOption> options) {
    this.file = file;
    this.path = path;
    appending = options.contains(StandardOpenOption.APPEND);
    writable = appending || options.contains(StandardOpenOption.WRITE);
    readable = !writable || options.contains(StandardOpenOption.READ);
  }

  // References and turns

  boolean isOpen() {
    return !lock.isClosed();
  }

  void reference(String operation) throws IOException {
    if (!lock.reference()) {
      throw FileExceptions.closed(operation, path);
    }
  }

  void dereference() {
    if (lock.dereference()) {
      releaseAndLog();
    }
  }

  /** Drops a reference without waiting. Releasing the file may wait, so a goroutine does that. */
  void dereference(Executor goroutines) {
    if (lock.dereference()) {
      goroutines.execute(this::releaseAndLog);
    }
  }

  /** Takes a reference and the turn, waiting for the call that has it. */
  void takeTurn(String operation) throws IOException {
    int outcome = lock.lockWrite();
    if (outcome == FdLock.INTERRUPTED) {
      throw new InterruptedIOException(operation + " " + path + ": interrupted");
    }
    if (outcome == FdLock.CLOSED) {
      throw FileExceptions.closed(operation, path);
    }
  }

  void endTurn() {
    if (lock.unlockWrite()) {
      releaseAndLog();
    }
  }

  /** Makes later calls fail. Releases the file, or leaves that to the last call in progress. */
  void close() throws IOException {
    if (lock.close() && lock.dereference()) {
      release();
    }
  }

  /** Not through {@link #run}, whose argument would take memory: the file must not stay open. */
  private void release() throws IOException {
    int result;
    try {
      result = file.close();
    } catch (IOException e) {
      throw failure("close", e);
    }
    requireDone("close", result);
  }

  /** Releases the file after a call that has succeeded: the call does not fail if this does. */
  private void releaseAndLog() {
    try {
      release();
    } catch (IOException e) {
      System.getLogger("dev.weft.io").log(Level.WARNING, e.getMessage(), e);
    }
  }

  // Results and exceptions

  /** Calls the backend, with Weft's exceptions. */
  long run(String operation, Call call) throws IOException {
    long result;
    try {
      result = call.call();
    } catch (IOException e) {
      throw failure(operation, e);
    }
    return requireDone(operation, result);
  }

  /** Throws the exception for a negated error number; returns any other result. */
  long requireDone(String operation, long result) throws IOException {
    if (result < 0) {
      throw failure(operation, (int) -result);
    }
    return result;
  }

  void requireReadable(String operation) throws IOException {
    if (!readable) {
      throw failure(operation, "not opened for reading");
    }
  }

  void requireWritable(String operation) throws IOException {
    if (!writable) {
      throw failure(operation, "not opened for writing");
    }
  }

  void requirePositions(String operation) throws IOException {
    if (appending) {
      throw failure(operation, "opened to append, which knows no position");
    }
  }

  FileSystemException failure(String operation, IOException e) {
    return FileExceptions.of(operation, path, e);
  }

  FileSystemException failure(String operation, int errno) {
    return FileExceptions.of(operation, path, errno);
  }

  FileSystemException failure(String operation, String reason) {
    return FileExceptions.of(operation, path, reason);
  }
}
