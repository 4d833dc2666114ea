package dev.weft.internal.sys;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;

/**
 * A file's attributes from {@code statx}.
 *
 * @param links how many names the file has
 * @param changedSeconds when the content, a name or an attribute last changed
 */
record FileStatus(
    int mode,
    int links,
    long size,
    FileTime lastModifiedTime,
    FileTime lastAccessTime,
    FileTime creationTime,
    long changedSeconds,
    int changedNanos,
    Key fileKey)
    implements BasicFileAttributes {
  private static final int TYPE = 0xF000;
  private static final int REGULAR = 0x8000;
  private static final int DIRECTORY = 0x4000;
  private static final int SYMBOLIC_LINK = 0xA000;
  private static final int HAS_BIRTH = 0x800;

  // Offsets in struct statx, the same on every architecture.
  private static final int LINKS = 16;
  private static final int MODE = 28;
  private static final int INODE = 32;
  private static final int SIZE = 40;
  private static final int ACCESSED = 64;
  private static final int BORN = 80;
  private static final int CHANGED = 96;
  private static final int MODIFIED = 112;
  private static final int DEVICE = 136;

  /** Identifies the file on this machine. */
  record Key(long device, long inode) {}

  static FileStatus read(MemorySegment statx) {
    FileTime modified = time(statx, MODIFIED);
    boolean hasBirth = (statx.get(JAVA_INT, 0) & HAS_BIRTH) != 0;
    return new FileStatus(
        statx.get(JAVA_SHORT, MODE) & 0xFFFF,
        statx.get(JAVA_INT, LINKS),
        size(statx),
        modified,
        time(statx, ACCESSED),
        hasBirth ? time(statx, BORN) : modified, // as in the JDK
        statx.get(JAVA_LONG, CHANGED),
        statx.get(JAVA_INT, CHANGED + 8),
        new Key(statx.get(JAVA_LONG, DEVICE), statx.get(JAVA_LONG, INODE)));
  }

  /**
   * Reports whether nothing has changed. Every change sets the time of the last change, but the
   * kernel may count that in steps of some milliseconds, so those that matter most are compared,
   * too.
   */
  boolean isSame(MemorySegment statx) {
    return statx.get(JAVA_LONG, CHANGED) == changedSeconds
        && statx.get(JAVA_INT, CHANGED + 8) == changedNanos
        && size(statx) == size
        && statx.get(JAVA_INT, LINKS) == links;
  }

  static long size(MemorySegment statx) {
    return statx.get(JAVA_LONG, SIZE);
  }

  private static FileTime time(MemorySegment statx, int at) {
    return FileTime.from(
        Instant.ofEpochSecond(statx.get(JAVA_LONG, at), statx.get(JAVA_INT, at + 8)));
  }

  @Override
  public boolean isRegularFile() {
    return (mode & TYPE) == REGULAR;
  }

  @Override
  public boolean isDirectory() {
    return (mode & TYPE) == DIRECTORY;
  }

  @Override
  public boolean isSymbolicLink() {
    return (mode & TYPE) == SYMBOLIC_LINK;
  }

  @Override
  public boolean isOther() {
    return !isRegularFile() && !isDirectory() && !isSymbolicLink();
  }
}
