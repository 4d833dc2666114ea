package dev.weft.internal.poll;

import java.net.SocketOption;

/** The options of Linux sockets that the JDK does not define. */
public final class ExtraOptions {
  public static final SocketOption<Boolean> CORK = new Named<>("TCP_CORK", Boolean.class);
  public static final SocketOption<Integer> USER_TIMEOUT =
      new Named<>("TCP_USER_TIMEOUT", Integer.class);
  public static final SocketOption<String> CONGESTION = new Named<>("TCP_CONGESTION", String.class);
  public static final SocketOption<Integer> NOT_SENT_LOW_WATER_MARK =
      new Named<>("TCP_NOTSENT_LOWAT", Integer.class);
  public static final SocketOption<Integer> FAST_OPEN = new Named<>("TCP_FASTOPEN", Integer.class);
  public static final SocketOption<Boolean> FAST_OPEN_CONNECT =
      new Named<>("TCP_FASTOPEN_CONNECT", Boolean.class);
  public static final SocketOption<Integer> DEFER_ACCEPT =
      new Named<>("TCP_DEFER_ACCEPT", Integer.class);

  private record Named<T>(String name, Class<T> type) implements SocketOption<T> {
    @Override
    public String toString() {
      return name;
    }
  }

  private ExtraOptions() {}
}
