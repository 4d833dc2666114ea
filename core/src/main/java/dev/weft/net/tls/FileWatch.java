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
 * Has files read again when they have changed.
 *
 * <p>They are looked at when a handshake needs what is in them, at most once an interval, so no
 * thread watches them. While one handshake looks, the others go on with what there is; after a long
 * pause, in which the files may have changed more than once, they wait. If the new files are
 * broken, what was read before stays in use, and the failure is logged once. They are read again at
 * the next look all the same: the failure may have been a lack of descriptors or of memory.
 */
final class FileWatch {
  static final long INTERVAL = TimeUnit.SECONDS.toNanos(1);

  /** In intervals. */
  private static final int LONG_PAUSE = 10;

  private static final Logger LOG = System.getLogger("dev.weft.net.tls");

  /** Reads the files, and has what is in them used from now on. */
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

  /** What the files looked like when they were last read without a failure. */
  private String seen;

  /** The failure that was logged last; null when the last reading had none. */
  private @Nullable String failure;

  /**
   * To be made before the files are read for the first time: what changes during that is noticed.
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

  /** Looks at the files if it is time to, and has them read if they have changed. */
  void look(Reader reader) {
    long age = System.nanoTime() - lookedAt;
    if (age >= interval && lock(age / LONG_PAUSE >= interval)) {
      try {
        if (System.nanoTime() - lookedAt >= interval) { // else another handshake has just looked
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
    } catch (IOException e) {
      String reason =
          e instanceof NoSuchFileException ? e.getMessage() + ": no such file" : e.getMessage();
      logOnce("the new " + what + " is not used, the old one stays: " + reason);
    } catch (OutOfMemoryError e) {
      // The old one stays, and the next look tries again.
    }
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
