package dev.weft.net;

import java.io.IOException;
import java.net.SocketOption;
import java.time.Duration;

/**
 * Settings of TCP keep-alive probes, with which the system detects a dead peer of an idle
 * connection. Times are rounded up to whole seconds.
 *
 * @param idle how long the connection is idle before the first probe
 * @param interval the time between probes
 * @param count the number of unanswered probes that ends the connection
 */
public record KeepAlive(Duration idle, Duration interval, int count) {
  /**
   * The defaults of Go: the first probe after 15 s of silence, then one every 15 s; nine unanswered
   * probes end the connection.
   */
  public static final KeepAlive DEFAULT =
      new KeepAlive(Duration.ofSeconds(15), Duration.ofSeconds(15), 9);

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException when one of them is not positive
   */
  public KeepAlive {
    if (!idle.isPositive() || !interval.isPositive() || count < 1) {
      throw new IllegalArgumentException(
          "keep-alive after " + idle + ", every " + interval + ", " + count + " times");
    }
  }

  /**
   * Turns the probes on, for a connection of TCP or TLS over it; does nothing for others, which
   * have none.
   *
   * @throws IOException when the connection is closed
   */
  public void enable(Conn conn) throws IOException {
    set(conn, TcpOptions.KEEP_IDLE, seconds(idle));
    set(conn, TcpOptions.KEEP_INTERVAL, seconds(interval));
    set(conn, TcpOptions.KEEP_COUNT, count);
    set(conn, TcpOptions.KEEP_ALIVE, true);
  }

  private static <T> void set(Conn conn, SocketOption<T> option, T value) throws IOException {
    if (conn.supportedOptions().contains(option)) {
      conn.setOption(option, value);
    }
  }

  static int seconds(Duration time) {
    return (int) Math.min(time.plusNanos(999_999_999).toSeconds(), Integer.MAX_VALUE);
  }
}
