package dev.weft.internal.poll.file;

import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/** Converts the permissions of a new file from the JDK's form to the kernel's. */
final class Permissions {
  /** The default, from which the umask is subtracted. */
  private static final int ALL_READ_AND_WRITE = 0666;

  private Permissions() {}

  /** Reports whether all attributes are permissions. */
  static boolean areAll(FileAttribute<?>... attributes) {
    for (FileAttribute<?> each : attributes) {
      if (!each.name().equals("posix:permissions") || !(each.value() instanceof Set)) {
        return false;
      }
    }
    return true;
  }

  /** Returns the mode to create a file with. As in the JDK, the last attribute applies. */
  static int mode(FileAttribute<?>... permissions) {
    if (permissions.length == 0) {
      return ALL_READ_AND_WRITE;
    }
    int mode = 0;
    for (Object each : (Set<?>) permissions[permissions.length - 1].value()) {
      mode |= bit((PosixFilePermission) each);
    }
    return mode;
  }

  private static int bit(PosixFilePermission permission) {
    return switch (permission) {
      case OWNER_READ -> 0400;
      case OWNER_WRITE -> 0200;
      case OWNER_EXECUTE -> 0100;
      case GROUP_READ -> 040;
      case GROUP_WRITE -> 020;
      case GROUP_EXECUTE -> 010;
      case OTHERS_READ -> 04;
      case OTHERS_WRITE -> 02;
      case OTHERS_EXECUTE -> 01;
    };
  }
}
