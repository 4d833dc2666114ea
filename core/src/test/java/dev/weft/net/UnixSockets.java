package dev.weft.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Names for Unix sockets of tests. */
final class UnixSockets {
  private UnixSockets() {}

  /** A listener on a path of its own, which closing it removes. */
  static UnixListener listen() throws IOException {
    return Net.listenUnix(path().toString());
  }

  /** A path at which there is nothing. */
  static Path path() throws IOException {
    Path path = Files.createTempFile("weft", ".sock");
    Files.delete(path);
    return path;
  }

  /** Reports whether the poller has what {@code java.nio} has not: abstract names and the like. */
  static boolean areNative() {
    return !dev.weft.Weft.info().poller().equals("selector");
  }
}
