package dev.weft.internal.poll.selector;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.Channel;

/** Closing, where nobody is left to be told of a failure. */
final class Channels {
  private Channels() {}

  static void close(Channel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      System.getLogger("dev.weft.net").log(Level.DEBUG, "close", e);
    }
  }
}
