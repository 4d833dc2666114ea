package dev.weft.internal.poll.file;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Opens files beneath a folder with the JDK's calls, and follows no symbolic link.
 *
 * <p>Each part of a path is opened in the open folder before it ({@link SecureDirectoryStream}), so
 * a folder that is replaced by a link meanwhile leads nowhere else. A system without that, such as
 * Windows, opens by the whole path and then checks that no part of it is a link: a folder that is
 * replaced before the one and put back before the other is not noticed there.
 *
 * <p>Paths are as {@link FileBackend#openBeneath} takes them.
 */
public final class Beneath {
  private Beneath() {}

  /** An operation on a file in an open folder. */
  private interface InFolder<T> {
    T on(SecureDirectoryStream<Path> folder, Path name) throws IOException;
  }

  static FileChannel open(Path root, Path file) throws IOException {
    SecureDirectoryStream<Path> parent = folder(root, file.getParent());
    if (parent != null) {
      try (parent) {
        return inFolder(
            parent,
            file.getFileName(),
            (folder, name) ->
                (FileChannel)
                    folder.newByteChannel(name, Set.of(StandardOpenOption.READ, NOFOLLOW_LINKS)));
      }
    }
    Path path = root.resolve(file);
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    return checked(path, channel);
  }

  static BasicFileAttributes attributes(Path root, Path file) throws IOException {
    SecureDirectoryStream<Path> parent = folder(root, file.getParent());
    if (parent == null) {
      return Files.readAttributes(root.resolve(file), BasicFileAttributes.class, NOFOLLOW_LINKS);
    }
    try (parent) {
      return attributes(parent, file.getFileName());
    }
  }

  private static BasicFileAttributes attributes(SecureDirectoryStream<Path> folder, Path name)
      throws IOException {
    return folder
        .getFileAttributeView(name, BasicFileAttributeView.class, NOFOLLOW_LINKS)
        .readAttributes();
  }

  /** Opens a folder to list it; an empty path names the root. */
  @SuppressWarnings("StreamResourceLeak") // the caller closes it
  public static DirectoryStream<Path> list(Path root, Path folder) throws IOException {
    DirectoryStream<Path> stream = folder(root, folder);
    if (stream != null) {
      return stream;
    }
    Path path = root.resolve(folder);
    return checked(path, Files.newDirectoryStream(path));
  }

  /** Opens a folder; returns null where the system opens none within another. */
  @SuppressWarnings("StreamResourceLeak") // the caller closes it
  private static @Nullable SecureDirectoryStream<Path> folder(Path root, @Nullable Path path)
      throws IOException {
    DirectoryStream<Path> stream = Files.newDirectoryStream(root);
    if (!(stream instanceof SecureDirectoryStream<Path> folder)) {
      stream.close();
      return null;
    }
    if (path == null || path.toString().isEmpty()) {
      return folder;
    }
    for (Path name : path) {
      try (SecureDirectoryStream<Path> above = folder) {
        folder = inFolder(above, name, (in, each) -> in.newDirectoryStream(each, NOFOLLOW_LINKS));
      }
    }
    return folder;
  }

  /** Performs an operation; a link in the place of the file is as if it were not there. */
  private static <T> T inFolder(
      SecureDirectoryStream<Path> folder, Path name, InFolder<T> operation) throws IOException {
    try {
      return operation.on(folder, name);
    } catch (NotDirectoryException e) {
      throw none(name, e);
    } catch (IOException e) {
      // The JDK has no type for ELOOP.
      throw attributes(folder, name).isSymbolicLink() ? none(name, e) : e;
    }
  }

  private static NoSuchFileException none(Path name, IOException cause) {
    NoSuchFileException none =
        new NoSuchFileException(name.toString(), null, "a link, or no folder");
    none.initCause(cause);
    return none;
  }

  private static <T extends Closeable> T checked(Path path, T opened) throws IOException {
    try {
      if (path.toRealPath().equals(path)) {
        return opened;
      }
    } catch (IOException e) {
      opened.close();
      throw e;
    }
    opened.close();
    throw new NoSuchFileException(path.toString());
  }
}
