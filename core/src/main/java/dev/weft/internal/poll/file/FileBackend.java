package dev.weft.internal.poll.file;

import java.io.IOException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.util.Set;

/** Opens files so that waiting for the disk does not keep other goroutines from running. */
public interface FileBackend {
  /**
   * Opens a file.
   *
   * @param options what {@link java.nio.channels.FileChannel#open} takes
   * @param attributes of the file, if it is created
   * @throws dev.weft.internal.sys.SystemCallException with the error number, or an exception of
   *     {@code java.nio.file}, when the system refuses
   * @throws IllegalArgumentException when the options contradict each other
   * @throws UnsupportedOperationException when there is no such option or attribute
   */
  OpenFile open(Path path, Set<OpenOption> options, FileAttribute<?>... attributes)
      throws IOException;

  /**
   * A file that another process has passed, which is the backend's from now on unless this throws.
   *
   * @param number of its descriptor
   * @throws dev.weft.internal.sys.SystemCallException when the descriptor is a socket
   */
  default OpenFile adopt(int number) throws IOException {
    throw new UnsupportedOperationException("passed files need native access and Weft's scheduler");
  }

  /** The options with which such a file was opened. */
  default Set<OpenOption> optionsOf(int number) throws IOException {
    throw new UnsupportedOperationException("passed files need native access and Weft's scheduler");
  }
}
