package dev.weft.http.files;

import dev.weft.http.MediaTypes;
import dev.weft.io.Root;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The open file that a path names, and its compressed variant if there is one. Any number of
 * requests send it at once.
 *
 * <p>It counts references: one of the thread that has opened it, one of the cache while it is
 * there, and one of each request that sends it. Releasing the last one closes the files, and a
 * count of 0 stays, so that no request gets a closed file.
 */
final class ServedFile {
  private final AtomicInteger references = new AtomicInteger(1);
  private final String type;
  private final FileVariant plain;
  private final @Nullable FileVariant compressed;

  /** When the path was last looked up, on {@link System#nanoTime}'s scale. */
  private final AtomicLong lookedUp = new AtomicLong(System.nanoTime());

  /** When a request last used it, on the same scale. */
  private volatile long used = lookedUp.get();

  private ServedFile(String type, FileVariant plain, @Nullable FileVariant compressed) {
    this.type = type;
    this.plain = plain;
    this.compressed = compressed;
  }

  /**
   * Opens a file.
   *
   * @param path relative to the root
   * @param beside its compressed variant, likewise; null if there is none
   */
  static ServedFile open(Root root, Path path, @Nullable Path beside) throws IOException {
    FileVariant plain = FileVariant.open(root, path);
    try {
      FileVariant compressed = beside == null ? null : FileVariant.open(root, beside);
      return new ServedFile(MediaTypes.of(path.getFileName().toString()), plain, compressed);
    } catch (IOException | RuntimeException | Error e) {
      plain.file().close();
      throw e;
    }
  }

  // ---- References

  /** Adds a reference; returns false when the file is closed. */
  boolean reference() {
    int count = references.get();
    while (count > 0 && !references.compareAndSet(count, count + 1)) {
      count = references.get();
    }
    return count > 0;
  }

  void release() {
    if (references.decrementAndGet() == 0) {
      close(plain);
      if (compressed != null) {
        close(compressed);
      }
    }
  }

  private static void close(FileVariant variant) {
    try {
      variant.file().close();
    } catch (IOException e) {
      System.getLogger("dev.weft.http").log(Level.WARNING, e.getMessage(), e);
    }
  }

  // ---- What is sent

  /** The media type. */
  String type() {
    return type;
  }

  /** Reports whether there is a compressed variant. */
  boolean varies() {
    return compressed != null;
  }

  /** Returns the file to send, to a client that takes gzip or to one that does not. */
  FileVariant variant(boolean takesGzip) {
    return takesGzip && compressed != null ? compressed : plain;
  }

  // ---- Age

  /**
   * Reports whether the path must be looked up again because that was longer ago than {@code
   * nanos}. Of several threads that ask, one gets true; the others may use the file meanwhile.
   */
  boolean claimLookUp(long now, long nanos) {
    long last = lookedUp.get();
    return now - last >= nanos && lookedUp.compareAndSet(last, now);
  }

  /** Reports whether both files are as they were when they were opened. */
  boolean isCurrent() {
    return plain.isCurrent() && (compressed == null || compressed.isCurrent());
  }

  void use(long now) {
    used = now;
  }

  /** Returns when it was last used. */
  long used() {
    return used;
  }
}
