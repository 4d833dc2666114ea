package dev.weft.internal.poll.file;

import java.io.IOException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.util.Set;

/** Opens files whose operations let other goroutines run while they wait for the disk. */
public interface FileBackend {
  /**
   * Opens a file.
   *
   * @param options those of {@link java.nio.channels.FileChannel#open}
   * @param attributes the attributes of a file that is created
   * @throws dev.weft.internal.sys.SystemCallException when the system refuses; or an exception of
   *     {@code java.nio.file}
   * @throws IllegalArgumentException when the options contradict each other
   * @throws UnsupportedOperationException when there is no such option or attribute
   */
  OpenFile open(Path path, Set<OpenOption> options, FileAttribute<?>... attributes)
      throws IOException;

  /**
   * Opens a file beneath a folder for reading.
   *
   * @param root an absolute path without links
   * @param file a path relative to it, without dot segments, no part of which may be a symbolic
   *     link
   * @throws dev.weft.internal.sys.SystemCallException when the system refuses; or an exception of
   *     {@code java.nio.file}
   */
  default OpenFile openBeneath(Path root, Path file) throws IOException {
    throw new UnsupportedOperationException("this backend opens by whole paths only");
  }

  /**
   * Adopts a file received from another process. Takes over the ownership of the descriptor, unless
   * this throws.
   *
   * @param number the number of its descriptor
   * @throws dev.weft.internal.sys.SystemCallException when the descriptor is a socket
   */
  default OpenFile adopt(int number) throws IOException {
    throw new UnsupportedOperationException("passed files need native access and Weft's scheduler");
  }

  /** Returns the options with which such a file was opened. */
  default Set<OpenOption> optionsOf(int number) throws IOException {
    throw new UnsupportedOperationException("passed files need native access and Weft's scheduler");
  }
}
