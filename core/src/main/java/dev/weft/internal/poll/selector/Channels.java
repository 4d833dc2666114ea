package dev.weft.internal.poll.selector;

import dev.weft.internal.sys.SystemCallException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.SocketOption;
import java.nio.channels.Channel;
import java.nio.channels.NetworkChannel;

/** What connections and listeners do alike with their channels. */
final class Channels {
  private Channels() {}

  static <T> void setOption(NetworkChannel channel, SocketOption<T> option, T value)
      throws IOException {
    try {
      channel.setOption(option, value);
    } catch (IOException e) {
      throw new SystemCallException("setsockopt", -JdkErrors.negatedErrno(e));
    }
  }

  static <T> T getOption(NetworkChannel channel, SocketOption<T> option) throws IOException {
    try {
      return channel.getOption(option);
    } catch (IOException e) {
      throw new SystemCallException("getsockopt", -JdkErrors.negatedErrno(e));
    }
  }

  /** Closes where nobody is left to be told of a failure. */
  static void close(Channel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      System.getLogger("dev.weft.net").log(Level.DEBUG, "close", e);
    }
  }
}
