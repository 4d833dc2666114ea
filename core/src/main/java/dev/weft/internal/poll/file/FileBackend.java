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
}
