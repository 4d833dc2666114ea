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

/** Functions that several kinds of channels need. */
final class Channels {
  private Channels() {}

  /** The JDK takes "@name" for a path. */
  static void requireNotAbstract(SocketAddress address) {
    if (address instanceof UnixDomainSocketAddress unix && UnixPath.isAbstract(unix)) {
      throw new UnsupportedOperationException(
          "the abstract name "
              + UnixPath.format(unix)
              + " of a Unix socket needs the epoll or the io_uring poller");
    }
  }

  /** {@code null} for an array of anything but bytes, which no buffer can show. */
  static @Nullable ByteBuffer viewOf(MemorySegment part) {
    try {
      return part.asByteBuffer();
    } catch (UnsupportedOperationException e) {
      return null;
    }
  }

  /** A buffer with what {@code part} holds, to be sent. */
  static ByteBuffer contentOf(MemorySegment part) {
    ByteBuffer view = viewOf(part);
    return view != null ? view : ByteBuffer.wrap(part.toArray(ValueLayout.JAVA_BYTE));
  }

  /** Closes a channel; a failure is only logged, because no caller is left to receive it. */
  static void close(Channel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      System.getLogger("dev.weft.net").log(Level.DEBUG, "close", e);
    }
  }
}
