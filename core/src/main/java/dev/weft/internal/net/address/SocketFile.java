package dev.weft.internal.net.address;

import dev.weft.internal.sys.UnixPath;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.util.concurrent.atomic.AtomicBoolean;

/** The file that a Unix socket is bound to, if any, and whether closing the socket removes it. */
public final class SocketFile {
  private final UnixDomainSocketAddress address;

  /** Set while {@link #unlink} has a file to remove. */
  private final AtomicBoolean unlinks;

  public SocketFile(UnixDomainSocketAddress address, boolean unlinks) {
    this.address = address;
    this.unlinks = new AtomicBoolean(unlinks && isFile());
  }

  private boolean isFile() {
    return !address.getPath().toString().isEmpty() && !UnixPath.isAbstract(address);
  }

  public UnixDomainSocketAddress address() {
    return address;
  }

  public void setUnlinkOnClose(boolean unlink) {
    unlinks.set(unlink && isFile());
  }

  /** Removes the file, once. */
  public void unlink() {
    if (unlinks.compareAndSet(true, false)) {
      try {
        Files.deleteIfExists(address.getPath());
      } catch (IOException e) {
        System.getLogger("dev.weft.net").log(Level.DEBUG, "unlink " + address, e);
      }
    }
  }
}
