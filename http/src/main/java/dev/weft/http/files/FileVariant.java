package dev.weft.http.files;

import dev.weft.http.internal.wire.HttpDate;
import dev.weft.io.FileHandle;
import dev.weft.io.Root;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * An open file, and what responses say about it.
 *
 * @param tag its entity tag, with quotes
 * @param modified when it was last modified, to the second
 * @param modifiedField the same as the value of a Last-Modified field
 */
record FileVariant(
    FileHandle file,
    BasicFileAttributes attributes,
    String tag,
    Instant modified,
    String modifiedField) {
  /**
   * Opens a file.
   *
   * @param path relative to the root
   * @throws NoSuchFileException also when it is not a regular file
   */
  static FileVariant open(Root root, Path path) throws IOException {
    FileHandle file = root.open(path);
    boolean kept = false;
    try {
      BasicFileAttributes attributes = file.stat();
      if (!attributes.isRegularFile()) {
        throw new NoSuchFileException(path.toString(), null, "not a regular file");
      }
      Instant modified = attributes.lastModifiedTime().toInstant();
      Instant second = modified.truncatedTo(ChronoUnit.SECONDS);
      FileVariant variant =
          new FileVariant(
              file, attributes, tag(attributes.size(), modified), second, HttpDate.format(second));
      kept = true;
      return variant;
    } finally {
      if (!kept) {
        file.close();
      }
    }
  }

  private static String tag(long size, Instant modified) {
    return "\""
        + Long.toHexString(size)
        + "-"
        + Long.toHexString(modified.getEpochSecond())
        + "-"
        + Integer.toHexString(modified.getNano())
        + "\"";
  }

  long size() {
    return attributes.size();
  }

  /** Reports whether the open file is still as it was when it was opened. */
  boolean isCurrent() {
    try {
      return !file.hasChangedSince(attributes);
    } catch (IOException e) {
      return false; // opening it again reports the reason
    }
  }
}
