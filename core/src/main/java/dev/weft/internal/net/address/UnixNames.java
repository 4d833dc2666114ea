package dev.weft.internal.net.address;

import dev.weft.internal.sys.RawAddress;
import dev.weft.internal.sys.UnixPath;
import java.net.UnixDomainSocketAddress;

/** Parses the names of Unix sockets. */
public final class UnixNames {
  private UnixNames() {}

  /** Returns the address of a path or an abstract name. */
  public static UnixDomainSocketAddress parse(String path) {
    if (path.isEmpty()) {
      throw new IllegalArgumentException(
          "address \"\": write a path, or @name for an abstract name");
    }
    return UnixDomainSocketAddress.of(path);
  }

  public static void requireFits(UnixDomainSocketAddress address) {
    int length = UnixPath.length(address);
    if (length > RawAddress.MAX_PATH) {
      throw new IllegalArgumentException(
          "address \""
              + UnixPath.format(address)
              + "\": "
              + length
              + " bytes, but the name of a Unix socket has "
              + RawAddress.MAX_PATH
              + " at most");
    }
  }
}
