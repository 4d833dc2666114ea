package dev.weft.internal.poll.selector;

import dev.weft.internal.sys.UnixPath;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import org.jspecify.annotations.Nullable;

/** Functions for several kinds of channels. */
final class Channels {
  private Channels() {}

  /** Refuses "@name", which the JDK would treat as a path. */
  static void requireNotAbstract(SocketAddress address) {
    if (address instanceof UnixDomainSocketAddress unix && UnixPath.isAbstract(unix)) {
      throw new UnsupportedOperationException(
          "the abstract name "
              + UnixPath.format(unix)
              + " of a Unix socket needs the epoll or the io_uring poller");
    }
  }

  /**
   * Returns a buffer over the memory; {@code null} for an array other than of bytes, which has no
   * buffer view.
   */
  static @Nullable ByteBuffer viewOf(MemorySegment part) {
    try {
      return part.asByteBuffer();
    } catch (UnsupportedOperationException e) {
      return null;
    }
  }

  /** Returns a buffer with the content of {@code part}, for sending. */
  static ByteBuffer contentOf(MemorySegment part) {
    ByteBuffer view = viewOf(part);
    return view != null ? view : ByteBuffer.wrap(part.toArray(ValueLayout.JAVA_BYTE));
  }

  /** Closes a channel; a failure is only logged, because no caller can receive it. */
  static void close(Channel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      System.getLogger("dev.weft.net").log(Level.DEBUG, "close", e);
    }
  }
}
