package dev.weft.internal.net.setup;

import dev.weft.internal.poll.Fd;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a stream socket, whether it connects or listens.
 *
 * @param options set in this order
 * @param multipath for TCP: whether it speaks Multipath TCP, where the system has that
 * @param hook {@code null} for none
 */
public record SocketSettings(
    Map<SocketOption<?>, Object> options, boolean multipath, @Nullable SetupHook hook) {
  public static final SocketSettings DEFAULT = new SocketSettings(Map.of(), false, null);

  public <T> SocketSettings withOption(SocketOption<T> option, T value) {
    Map<SocketOption<?>, Object> more = new LinkedHashMap<>(options);
    more.put(option, value);
    return new SocketSettings(more, multipath, hook);
  }

  public SocketSettings withMultipath(boolean use) {
    return new SocketSettings(options, use, hook);
  }

  public SocketSettings withHook(@Nullable SetupHook newHook) {
    return new SocketSettings(options, multipath, newHook);
  }

  /** Sets the options on a socket. */
  public void setOptions(Fd fd) throws IOException {
    for (Map.Entry<SocketOption<?>, Object> entry : options.entrySet()) {
      set(fd, entry.getKey(), entry.getValue());
    }
  }

  private static <T> void set(Fd fd, SocketOption<T> option, Object value) throws IOException {
    fd.setOption(option, option.type().cast(value));
  }

  /** Calls the hook, if there is one. */
  public void callHook(SocketAddress address, Fd fd) throws IOException {
    if (hook != null) {
      hook.setUp(address, fd);
    }
  }
}
