package dev.weft.cli.proxy.periodic;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/** What a file looks like from outside; another look means that it was written or replaced. */
public record FileLook(FileTime modified, long size, @Nullable Object key) {
  /** Null when there is no such file at the moment. */
  public static @Nullable FileLook of(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return new FileLook(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
    } catch (IOException e) {
      return null;
    }
  }
}
