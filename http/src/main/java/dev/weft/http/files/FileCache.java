package dev.weft.http.files;

import dev.weft.context.Context;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
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

  /** Runs an action after a time. */
  private final BiConsumer<Duration, Runnable> timer;

  /**
   * The sweep that is to come, or runs; null only while there are no files, or no memory for it.
   */
  private final AtomicReference<@Nullable Sweep> next = new AtomicReference<>();

  /**
   * @param maxFiles 0 keeps none
   */
  FileCache(int maxFiles) {
    this(maxFiles, MAX_AGE, IDLE);
  }

  FileCache(int maxFiles, Duration maxAge, Duration idle) {
    this(
        maxFiles,
        maxAge,
        idle,
        (time, action) -> Context.background().withTimeout(time).afterFunc(action));
  }

  FileCache(int maxFiles, Duration maxAge, Duration idle, BiConsumer<Duration, Runnable> timer) {
    this.maxFiles = maxFiles;
    this.maxAge = maxAge.toNanos();
    this.idle = idle;
    this.timer = timer;
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
    planSweep(now);
    return file;
  }

  /** Keeps a file, of which the caller has a reference. */
  void put(String path, ServedFile file) {
    if (maxFiles == 0) {
      return;
    }
    file.reference();
    ServedFile before;
    try {
      before = files.put(path, file);
    } catch (Throwable e) {
      file.release();
      throw e;
    }
    if (before != null) {
      before.release();
    }
    while (files.size() > maxFiles) {
      removeOldest();
    }
    planSweep(System.nanoTime());
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

  /**
   * Closes the files that are idle, and plans the sweep after it while there are others.
   *
   * <p>It may fail to run, or fail, for lack of memory: then it is overdue, and a request puts
   * another in its place. One that was late for another reason sees that, and does nothing.
   */
  private final class Sweep implements Runnable {
    private final long due;

    Sweep(long due) {
      this.due = due;
    }

    /** Reports whether another is to take the place of this one. */
    boolean isLost(long now) {
      return now - due > idle.toNanos();
    }

    @Override
    public void run() {
      if (next.get() != this) {
        return;
      }
      long now = System.nanoTime();
      closeIdle(now);
      if (next.compareAndSet(this, null) && !files.isEmpty()) {
        planSweep(now);
      }
    }
  }

  private void closeIdle(long now) {
    for (Map.Entry<String, ServedFile> entry : files.entrySet()) {
      if (now - entry.getValue().used() >= idle.toNanos()) {
        remove(entry.getKey(), entry.getValue());
      }
    }
  }

  /**
   * Plans a sweep unless one is to come. The caller has added its file before, so a sweep that ends
   * either sees the file or is followed by the one planned here.
   */
  private void planSweep(long now) {
    Sweep planned = next.get();
    if (planned != null && !planned.isLost(now)) {
      return;
    }
    try {
      Sweep sweep = new Sweep(now + idle.toNanos());
      if (next.compareAndSet(planned, sweep)) {
        timer.accept(idle, sweep);
      }
    } catch (OutOfMemoryError e) {
      // A sweep without a timer is overdue after a while, see isLost.
    }
  }
}
