package dev.weft.http.files;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Looks up the paths of requests in a folder, and never leads out of it. */
final class Folder {
  private final Path root;

  /**
   * @param root as {@link Path#toRealPath} returns it
   */
  Folder(Path root) {
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
      Path file = root;
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
      if (!real.startsWith(root)) {
        throw new NoSuchFileException(path);
      }
      return real;
    } catch (InvalidPathException e) {
      throw new NoSuchFileException(path, null, e.getMessage());
    }
  }

  @Override
  public String toString() {
    return root.toString();
  }
}
