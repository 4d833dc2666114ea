package dev.weft.internal.poll.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.util.Set;

/**
 * Opens files with the JDK. Calls run on separate platform threads: an interrupt of the caller
 * would close the channel, and the JDK's scheduler has no handoff for blocking calls.
 */
public final class ChannelFiles implements FileBackend {
  @Override
  public OpenFile open(Path path, Set<OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    FileChannel channel = FileThreads.call(() -> FileChannel.open(path, options, attributes));
    return new ChannelFile(
        channel,
        options.contains(StandardOpenOption.APPEND),
        () -> Files.readAttributes(path, BasicFileAttributes.class));
  }

  @Override
  public OpenFile openBeneath(Path root, Path file) throws IOException {
    FileChannel channel = FileThreads.call(() -> Beneath.open(root, file));
    return new ChannelFile(channel, false, () -> Beneath.attributes(root, file));
  }
}
