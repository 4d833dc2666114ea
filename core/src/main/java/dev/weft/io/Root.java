package dev.weft.io;

import dev.weft.internal.poll.file.Beneath;
import dev.weft.internal.poll.file.FileFd;
import dev.weft.internal.runtime.WeftRuntime;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/**
 * A folder beneath which files are opened, and never outside of it, even while other programs
 * replace folders in it by symbolic links.
 *
 * <p>No part of a path beneath it may be a symbolic link: such a file is reported as not there. To
 * serve links that lead to other files beneath the folder, look their paths up first; what changes
 * between that and {@link #open} is then refused:
 *
 * <pre>{@code
 * Root root = Root.of(Path.of("public"));
 * Path real = root.path().resolve(name).toRealPath();
 * if (real.startsWith(root.path())) {
 *   FileHandle file = root.open(root.path().relativize(real));
 * }
 * }</pre>
 *
 * <p>On Linux with native access this is one system call. Elsewhere the JDK opens one folder of the
 * path after the other, which needs permission to list them. Where a system cannot open a file in
 * an open folder (Windows), the path is checked after the file was opened.
 *
 * <p>It is a path, not a descriptor: a folder that takes the place of this one is used from then
 * on. Immutable, and safe for use by any number of threads.
 */
public final class Root {
  private final Path path;

  private Root(Path path) {
    this.path = path;
  }

  /**
   * Looks a folder up, with all links followed.
   *
   * @throws java.nio.file.NoSuchFileException when there is none
   * @throws NotDirectoryException when it is not a folder
   */
  public static Root of(Path folder) throws IOException {
    Path real = folder.toRealPath();
    if (!Files.isDirectory(real)) {
      throw new NotDirectoryException(folder.toString());
    }
    return new Root(real);
  }

  /**
   * Opens a file for reading.
   *
   * @param file a path relative to the folder, without dot segments
   * @throws java.nio.file.NoSuchFileException when there is none, or a part of the path is a
   *     symbolic link
   * @throws java.nio.file.AccessDeniedException when that is not permitted
   * @throws IllegalArgumentException when the path is absolute, empty, or has dot segments
   */
  public FileHandle open(Path file) throws IOException {
    require(!file.toString().isEmpty(), file);
    requireBeneath(file);
    return new FileHandle(path.resolve(file), FileFd.openBeneath(WeftRuntime.files(), path, file));
  }

  /**
   * Opens a folder to list what is in it; the caller closes the stream.
   *
   * @param folder a path relative to this folder, without dot segments; an empty one names this
   *     folder
   * @throws java.nio.file.NoSuchFileException when there is none, or a part of the path is a
   *     symbolic link
   * @throws java.nio.file.AccessDeniedException when that is not permitted
   * @throws IllegalArgumentException when the path is absolute or has dot segments
   */
  public DirectoryStream<Path> list(Path folder) throws IOException {
    requireBeneath(folder);
    return Beneath.list(path, folder);
  }

  private static void requireBeneath(Path relative) {
    require(!relative.isAbsolute() && relative.getRoot() == null, relative);
    for (Path name : relative) {
      require(!name.toString().equals(".") && !name.toString().equals(".."), relative);
    }
  }

  private static void require(boolean condition, Path path) {
    if (!condition) {
      throw new IllegalArgumentException("not a path beneath a folder: " + path);
    }
  }

  /** The folder's path, absolute and without links. */
  public Path path() {
    return path;
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
