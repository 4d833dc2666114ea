package dev.weft.internal.poll.file;

import dev.weft.internal.sys.DescriptorCalls;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.FileCalls;
import dev.weft.internal.sys.RawAddress;
import dev.weft.internal.sys.SocketCalls;
import dev.weft.internal.sys.SystemCallException;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.util.HashSet;
import java.util.Set;

/**
 * Opens files with Linux system calls; calls that may wait for the disk are {@link
 * BlockingFileOps}.
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

  private final BlockingFileOps slow;
  private final FileBackend portable;

  /**
   * @param portable opens the files that need the JDK: other file systems, rare options, names that
   *     cannot be encoded exactly
   */
  public NativeFiles(BlockingFileOps slow, FileBackend portable) {
    this.slow = slow;
    this.portable = portable;
  }

  @Override
  public OpenFile open(Path path, Set<OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    boolean append = options.contains(StandardOpenOption.APPEND);
    boolean contradictory =
        append
            && (options.contains(StandardOpenOption.READ)
                || options.contains(StandardOpenOption.TRUNCATE_EXISTING));
    if (contradictory
        || !KNOWN.containsAll(options)
        || !isNative(path)
        || !Permissions.areAll(attributes)) {
      return portable.open(path, options, attributes);
    }
    int flags = flags(options, append);
    int fd =
        SystemCallException.check(
            "open", slow.open(path.toString(), flags, Permissions.mode(attributes)));
    return new NativeFile(fd, slow, (flags & FileCalls.SYNC) != 0);
  }

  @Override
  public OpenFile openBeneath(Path root, Path file) throws IOException {
    if (!isNative(root) || !isNative(file)) {
      return portable.openBeneath(root, file);
    }
    int fd = slow.open(root.resolve(file).toString(), FileCalls.READ_ONLY | FileCalls.NO_LINKS, 0);
    return new NativeFile(SystemCallException.check("open", fd), slow, false);
  }

  private static boolean isNative(Path path) {
    return path.getFileSystem() == FileSystems.getDefault() && FileCalls.isExact(path.toString());
  }

  @Override
  public OpenFile adopt(int number) throws SystemCallException {
    BasicFileAttributes found = FileCalls.status(number);
    if (found.isOther() && isSocket(number)) {
      throw new SystemCallException("getsockopt", Errno.EINVAL);
    }
    int flags = SystemCallException.check("fcntl", DescriptorCalls.flags(number));
    return new NativeFile(number, slow, (flags & FileCalls.SYNC) != 0);
  }

  private static boolean isSocket(int number) {
    return SocketCalls.localAddress(number, new RawAddress()) != -Errno.ENOTSOCK;
  }

  @Override
  public Set<OpenOption> optionsOf(int number) throws SystemCallException {
    int flags = SystemCallException.check("fcntl", DescriptorCalls.flags(number));
    Set<OpenOption> options = new HashSet<>();
    int access = flags & (FileCalls.WRITE_ONLY | FileCalls.READ_WRITE);
    if (access != FileCalls.WRITE_ONLY) {
      options.add(StandardOpenOption.READ);
    }
    if (access != FileCalls.READ_ONLY) {
      options.add(StandardOpenOption.WRITE);
    }
    if ((flags & FileCalls.APPEND) != 0) {
      options.add(StandardOpenOption.APPEND);
    }
    return options;
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
