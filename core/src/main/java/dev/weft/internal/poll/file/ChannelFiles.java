package dev.weft.internal.poll.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Set;

/**
 * Files by the JDK, on threads of their own: an interrupted thread would close the channel it uses,
 * and the JDK's scheduler cannot be told that a goroutine is about to block.
 */
public final class ChannelFiles implements FileBackend {
  @Override
  public OpenFile open(Path path, Set<OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    FileChannel channel = FileThreads.call(() -> FileChannel.open(path, options, attributes));
    return new ChannelFile(path, channel, options.contains(StandardOpenOption.APPEND));
  }
}
