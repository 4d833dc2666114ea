package dev.weft.net.tls;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Reads files again when they have changed.
 *
 * <p>A handshake that needs their content checks them, at most once an interval, so no thread
 * watches them. While one handshake checks, the others use the content read last; after a long
 * pause, in which the files may have changed more than once, they wait. If the new files are
 * broken, the content read before stays in use, and the failure is logged once. The next check
 * reads them again all the same: the failure may have been a lack of descriptors or of memory.
 */
final class FileWatch {
  static final long INTERVAL = TimeUnit.SECONDS.toNanos(1);

  /** In intervals. */
  private static final int LONG_PAUSE = 10;

  private static final Logger LOG = System.getLogger("dev.weft.net.tls");

  /** Reads the files, whose content is used from then on. */
  @FunctionalInterface
  interface Reader {
    void read() throws IOException;
  }

  private final String what;
  private final List<Path> files;
  private final long interval;
  private final ReentrantLock lock = new ReentrantLock();

  private volatile long lookedAt;

  // Guarded by the lock.

  /** The attributes of the files when they were last read without a failure. */
  private String seen;

  /** The failure that was logged last; null when the last reading had none. */
  private @Nullable String failure;

  /**
   * Must be created before the files are read for the first time, so that a change during that read
   * is noticed.
   *
   * @param what is in them, for the log
   * @param interval in nanoseconds
   */
  FileWatch(String what, long interval, Path... files) {
    this.what = what;
    this.interval = interval;
    this.files = List.of(files);
    seen = state();
    lookedAt = System.nanoTime();
  }

  /** Checks the files if the interval has passed, and reads them if they have changed. */
  void look(Reader reader) {
    long age = System.nanoTime() - lookedAt;
    if (age >= interval && lock(age / LONG_PAUSE >= interval)) {
      try {
        if (System.nanoTime() - lookedAt >= interval) { // else another handshake has just checked
          readIfChanged(reader);
          lookedAt = System.nanoTime();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  private boolean lock(boolean waits) {
    if (waits) {
      lock.lock();
      return true;
    }
    return lock.tryLock();
  }

  private void readIfChanged(Reader reader) {
    String now = state();
    if (now.equals(seen)) {
      return;
    }
    try {
      reader.read();
      seen = now;
      failure = null;
      LOG.log(Level.INFO, "the {0} in {1} was replaced", what, files.getFirst());
    } catch (NoSuchFileException e) {
      logFailure(e.getMessage() + ": no such file");
    } catch (IOException e) {
      logFailure(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      logFailure(e.toString()); // of the program's own password supplier, or of a provider
    } catch (OutOfMemoryError e) {
      // The old content stays in use, and the next check tries again.
    }
  }

  private void logFailure(String reason) {
    logOnce("the new " + what + " is not used, the old one stays: " + reason);
  }

  private void logOnce(String message) {
    if (!message.equals(failure)) {
      failure = message;
      LOG.log(Level.ERROR, message);
    }
  }

  private String state() {
    StringBuilder states = new StringBuilder();
    files.forEach(file -> states.append(state(file)));
    return states.toString();
  }

  /** Changes when the file is written or replaced. */
  private static String state(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return attributes.fileKey()
          + "/"
          + attributes.size()
          + "/"
          + attributes.lastModifiedTime()
          + " ";
    } catch (IOException e) {
      return "unreadable ";
    }
  }
}
