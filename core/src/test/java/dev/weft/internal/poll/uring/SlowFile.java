package dev.weft.internal.poll.uring;

import dev.weft.internal.poll.file.BlockingFileOps;
import dev.weft.internal.poll.file.FileFd;
import dev.weft.internal.poll.file.OpenFile;
import dev.weft.internal.poll.file.Transfer;
import dev.weft.internal.sys.FileCalls;
import dev.weft.internal.sys.SystemCallException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;

/**
 * A file of which nothing is ever in memory: every call is a slow one. It may be a pipe, of which a
 * read takes as long as a test wants.
 */
record SlowFile(BlockingFileOps calls, int fd) implements OpenFile {
  static SlowFile open(BlockingFileOps calls, Path path) throws IOException {
    int fd = calls.open(path.toString(), FileCalls.READ_WRITE, 0);
    return new SlowFile(calls, SystemCallException.check("open", fd));
  }

  static FileFd openFd(BlockingFileOps calls, Path path) throws IOException {
    return FileFd.open(
        (name, _, _) -> open(calls, name),
        path,
        Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE));
  }

  @Override
  public int read(MemorySegment memory, long offset, int length, long position) {
    return calls.read(fd, memory, offset, length, position);
  }

  @Override
  public int write(MemorySegment memory, long offset, int length, long position) {
    return calls.write(fd, memory, offset, length, position);
  }

  @Override
  public void begin(Transfer transfer) {
    calls.begin(fd, transfer);
  }

  @Override
  public int sync(boolean metadata) {
    return calls.sync(fd, metadata);
  }

  @Override
  public long size() throws IOException {
    return stat().size();
  }

  @Override
  public int truncate(long size) {
    return calls.truncate(fd, size);
  }

  @Override
  public BasicFileAttributes stat() throws IOException {
    return FileCalls.status(fd);
  }

  @Override
  public int close() {
    return calls.close(fd);
  }
}
