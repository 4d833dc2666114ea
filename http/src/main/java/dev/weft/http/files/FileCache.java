package dev.weft.http.files;

import dev.weft.context.Context;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Keeps files open that were asked for, by the path in the request, so that a request for one of
 * them neither looks a path up nor opens a file.
 *
 * <p>A file is used while two conditions hold. The open file is as it was: one system call, which
 * does not wait, tells that for each request, and it sees a file that was written to, cut,
 * replaced, renamed or deleted. And the path was looked up less than {@link #MAX_AGE} ago, since
 * the open file does not tell that a folder above it was renamed, a link now leads elsewhere, or a
 * compressed variant was added. When that time is over one request looks the path up again, and
 * those that come meanwhile still get the file.
 *
 * <p>The number of files is bounded: the one that was not used for the longest time makes room.
 * Files that no request has used for {@link #IDLE} are closed. A file that is being sent stays open
 * until that ends, see {@link ServedFile}.
 *
 * <p>No locks: each entry has a reference of its own to its file, and the thread that removes the
 * entry from the map releases that.
 */
final class FileCache {
  static final Duration MAX_AGE = Duration.ofSeconds(1);
  static final Duration IDLE = Duration.ofSeconds(10);

  private final Map<String, ServedFile> files = new ConcurrentHashMap<>();
  private final int maxFiles;
  private final long maxAge;
  private final Duration idle;

  /** Whether a sweep is to come, which is so while there are files. */
  private final AtomicBoolean sweeping = new AtomicBoolean();

  /**
   * @param maxFiles 0 keeps none
   */
  FileCache(int maxFiles) {
    this(maxFiles, MAX_AGE, IDLE);
  }

  FileCache(int maxFiles, Duration maxAge, Duration idle) {
    this.maxFiles = maxFiles;
    this.maxAge = maxAge.toNanos();
    this.idle = idle;
  }

  /** Returns the file that the path names, with a reference for the caller, or null. */
  @Nullable ServedFile take(String path) {
    ServedFile file = files.get(path);
    if (file == null || !file.reference()) {
      return null;
    }
    long now = System.nanoTime();
    if (file.claimLookUp(now, maxAge)) {
      file.release();
      return null;
    }
    if (!file.isCurrent()) {
      remove(path, file);
      file.release();
      return null;
    }
    file.use(now);
    return file;
  }

  /** Keeps a file, of which the caller has a reference. */
  void put(String path, ServedFile file) {
    if (maxFiles == 0) {
      return;
    }
    file.reference();
    ServedFile before = files.put(path, file);
    if (before != null) {
      before.release();
    }
    while (files.size() > maxFiles) {
      removeOldest();
    }
    sweepLater();
  }

  /** Forgets what the path has named. */
  void remove(String path) {
    ServedFile file = files.remove(path);
    if (file != null) {
      file.release();
    }
  }

  private void remove(String path, ServedFile file) {
    if (files.remove(path, file)) {
      file.release();
    }
  }

  /**
   * Looks at all of them, which takes less time than opening the file that is to take the place.
   */
  private void removeOldest() {
    Map.Entry<String, ServedFile> oldest = null;
    for (Map.Entry<String, ServedFile> entry : files.entrySet()) {
      if (oldest == null || entry.getValue().used() - oldest.getValue().used() < 0) {
        oldest = entry;
      }
    }
    if (oldest != null) {
      remove(oldest.getKey(), oldest.getValue());
    }
  }

  /** Forgets all files. */
  void clear() {
    for (Map.Entry<String, ServedFile> entry : files.entrySet()) {
      remove(entry.getKey(), entry.getValue());
    }
  }

  long maxAge() {
    return maxAge;
  }

  int size() {
    return files.size();
  }

  // ---- Files that are not used any more

  private void sweepLater() {
    if (sweeping.compareAndSet(false, true)) {
      schedule();
    }
  }

  private void schedule() {
    Context.background().withTimeout(idle).afterFunc(this::sweep);
  }

  private void sweep() {
    long now = System.nanoTime();
    for (Map.Entry<String, ServedFile> entry : files.entrySet()) {
      if (now - entry.getValue().used() >= idle.toNanos()) {
        remove(entry.getKey(), entry.getValue());
      }
    }
    if (!files.isEmpty()) {
      schedule();
      return;
    }
    sweeping.set(false);
    if (!files.isEmpty()) { // added before, by a thread that has relied on this sweep
      sweepLater();
    }
  }
}
