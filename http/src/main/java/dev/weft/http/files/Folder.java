package dev.weft.http.files;

import dev.weft.io.Root;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Looks up the paths of requests in a folder, and never leads out of it.
 *
 * <p>A path is looked up once, with all links followed, and what was found is opened by a path
 * without links. A folder that is replaced by a link between the two is refused then, so nothing
 * can lead out after the check.
 */
final class Folder {
  private final Root root;

  Folder(Root root) {
    this.root = root;
  }

  /**
   * Returns the file or folder that a path names, with all links followed.
   *
   * @param path names separated by slashes; a slash at the end is ignored
   * @throws NoSuchFileException when there is none, or it lies outside, or a name begins with a dot
   * @throws IOException when the system fails to look it up
   */
  Path resolve(String path) throws IOException {
    try {
      Path file = root.path();
      String[] names = path.split("/", -1);
      for (int i = 0; i < names.length; i++) {
        String name = names[i];
        if (name.isEmpty() && i == names.length - 1) {
          break;
        }
        // Each segment is one plain name, so the path cannot leave the root or name hidden files.
        if (name.isEmpty() || name.startsWith(".") || name.indexOf('\\') >= 0) {
          throw new NoSuchFileException(path);
        }
        Path next = file.resolve(name);
        if (!file.equals(next.getParent())) {
          throw new NoSuchFileException(path);
        }
        file = next;
      }
      Path real = file.toRealPath();
      if (!real.startsWith(root.path())) {
        throw new NoSuchFileException(path);
      }
      return real;
    } catch (InvalidPathException e) {
      throw new NoSuchFileException(path, null, e.getMessage());
    }
  }

  /**
   * Opens a file that {@link #resolve} has returned.
   *
   * @param beside its compressed variant; null if there is none
   * @throws NoSuchFileException also when a part of the path has become a link
   */
  ServedFile open(Path found, @Nullable Path beside) throws IOException {
    return ServedFile.open(root, relative(found), beside == null ? null : relative(beside));
  }

  /** Opens a folder that {@link #resolve} has returned, to list it; throws as {@link #open}. */
  DirectoryStream<Path> list(Path found) throws IOException {
    return root.list(relative(found));
  }

  private Path relative(Path found) {
    return root.path().relativize(found);
  }

  @Override
  public String toString() {
    return root.toString();
  }
}
