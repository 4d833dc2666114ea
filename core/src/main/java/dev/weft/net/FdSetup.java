package dev.weft.net;

import dev.weft.internal.poll.Fd;
import java.io.IOException;
import java.net.SocketOption;
import java.util.Set;

/** The options of a descriptor before it is connected or bound. */
record FdSetup(Fd fd) implements SocketSetup {
  @Override
  public <T> FdSetup setOption(SocketOption<T> option, T value) throws IOException {
    fd.setOption(option, value);
    return this;
  }

  @Override
  public <T> T getOption(SocketOption<T> option) throws IOException {
    return fd.getOption(option);
  }

  @Override
  public Set<SocketOption<?>> supportedOptions() {
    return fd.supportedOptions();
  }
}
