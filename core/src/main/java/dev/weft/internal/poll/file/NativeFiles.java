package dev.weft.internal.poll.file;

import dev.weft.internal.poll.FileBackend;
import dev.weft.internal.poll.OpenFile;
import dev.weft.internal.sched.Scheduler;
import dev.weft.internal.sys.FileCalls;
import dev.weft.internal.sys.SystemCallException;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * Files by system calls of our own. Before one that may wait for the disk the goroutine hands its
 * processor on, as in {@code Weft.blocking}.
 */
public final class NativeFiles implements FileBackend {
  private static final Set<OpenOption> KNOWN =
      Set.of(
          StandardOpenOption.READ,
          StandardOpenOption.WRITE,
          StandardOpenOption.APPEND,
          StandardOpenOption.CREATE,
          StandardOpenOption.CREATE_NEW,
          StandardOpenOption.TRUNCATE_EXISTING,
          StandardOpenOption.SPARSE,
          StandardOpenOption.SYNC,
          StandardOpenOption.DSYNC);

  private final Scheduler scheduler;
  private final FileBackend portable;

  /**
   * @param portable for what the JDK alone knows: other file systems, rarer options
   */
  public NativeFiles(Scheduler scheduler, FileBackend portable) {
    this.scheduler = scheduler;
    this.portable = portable;
  }

  @Override
  public OpenFile open(Path path, Set<OpenOption> options) throws IOException {
    boolean append = options.contains(StandardOpenOption.APPEND);
    boolean contradictory =
        append
            && (options.contains(StandardOpenOption.READ)
                || options.contains(StandardOpenOption.TRUNCATE_EXISTING));
    if (contradictory
        || !KNOWN.containsAll(options)
        || path.getFileSystem() != FileSystems.getDefault()) {
      return portable.open(path, options);
    }
    int flags = flags(options, append);
    int fd;
    scheduler.enterBlocking();
    try {
      fd = FileCalls.open(path.toString(), flags);
    } finally {
      scheduler.exitBlocking();
    }
    SystemCallException.check("open", fd);
    return new NativeFile(fd, scheduler, (flags & FileCalls.SYNC) != 0);
  }

  private static int flags(Set<OpenOption> options, boolean append) {
    boolean write = append || options.contains(StandardOpenOption.WRITE);
    if (!write) {
      return FileCalls.READ_ONLY; // the other options are about writing
    }
    int flags =
        options.contains(StandardOpenOption.READ) ? FileCalls.READ_WRITE : FileCalls.WRITE_ONLY;
    for (OpenOption option : options) {
      flags |=
          switch ((StandardOpenOption) option) {
            case APPEND -> FileCalls.APPEND;
            case CREATE -> FileCalls.CREATE;
            case CREATE_NEW -> FileCalls.CREATE | FileCalls.EXCLUSIVE;
            case TRUNCATE_EXISTING -> FileCalls.TRUNCATE;
            case SYNC -> FileCalls.SYNC;
            case DSYNC -> FileCalls.DATA_SYNC;
            default -> 0;
          };
    }
    return flags;
  }
}
