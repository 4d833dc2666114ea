package dev.weft.internal.net.listen;

import dev.weft.internal.net.setup.SocketSettings;
import dev.weft.internal.sys.SystemBacklog;
import java.net.SocketOption;

/**
 * The settings of a {@link ListenerFactory}.
 *
 * @param backlog how many connections may wait to be accepted
 * @param dualStack whether a socket on {@code ::} also accepts IPv4 connections
 */
public record ListenSettings(int backlog, boolean dualStack, SocketSettings socket) {
  /** The system's longest backlog, no options. */
  public static final ListenSettings DEFAULT =
      new ListenSettings(SystemBacklog.LENGTH, true, SocketSettings.DEFAULT);

  public ListenSettings withBacklog(int connections) {
    return new ListenSettings(connections, dualStack, socket);
  }

  public ListenSettings withDualStack(boolean both) {
    return new ListenSettings(backlog, both, socket);
  }

  public ListenSettings withSocket(SocketSettings newSocket) {
    return new ListenSettings(backlog, dualStack, newSocket);
  }

  public <T> ListenSettings withOption(SocketOption<T> option, T value) {
    return withSocket(socket.withOption(option, value));
  }
}
