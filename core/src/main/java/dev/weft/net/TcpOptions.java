package dev.weft.net;

import dev.weft.internal.poll.ExtraOptions;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import jdk.net.ExtendedSocketOptions;

/**
 * The options of TCP sockets, for {@link Conn#setOption}, {@link Dialer#option} and {@link
 * ListenConfig#option}. Options that the JDK defines are the JDK's constants. The others are
 * options of Linux, supported by the epoll and the io_uring poller.
 */
public final class TcpOptions {
  /** Sends small writes at once; on by default. */
  public static final SocketOption<Boolean> NO_DELAY = StandardSocketOptions.TCP_NODELAY;

  /** Probes a connection that is idle; see {@link #KEEP_IDLE}. */
  public static final SocketOption<Boolean> KEEP_ALIVE = StandardSocketOptions.SO_KEEPALIVE;

  /** The seconds of silence before the first probe. */
  public static final SocketOption<Integer> KEEP_IDLE = ExtendedSocketOptions.TCP_KEEPIDLE;

  /** The seconds between probes. */
  public static final SocketOption<Integer> KEEP_INTERVAL = ExtendedSocketOptions.TCP_KEEPINTERVAL;

  /** How many probes without an answer end the connection. */
  public static final SocketOption<Integer> KEEP_COUNT = ExtendedSocketOptions.TCP_KEEPCOUNT;

  /** Sends acknowledgements at once; the system turns the option off again by itself. */
  public static final SocketOption<Boolean> QUICK_ACK = ExtendedSocketOptions.TCP_QUICKACK;

  /** Holds back incomplete segments until the option is turned off, for 200 ms at most. */
  public static final SocketOption<Boolean> CORK = ExtraOptions.CORK;

  /**
   * The milliseconds for which sent bytes may stay unacknowledged before the system ends the
   * connection; 0 for the system's own rule.
   */
  public static final SocketOption<Integer> USER_TIMEOUT = ExtraOptions.USER_TIMEOUT;

  /** The name of the congestion control algorithm, such as {@code cubic} or {@code bbr}. */
  public static final SocketOption<String> CONGESTION = ExtraOptions.CONGESTION;

  /** How many unsent bytes the kernel may hold before a write waits. */
  public static final SocketOption<Integer> NOT_SENT_LOW_WATER_MARK =
      ExtraOptions.NOT_SENT_LOW_WATER_MARK;

  /** The traffic class, 0 to 255, of sent packets: of IPv4 and, on an IPv6 socket, also of IPv6. */
  public static final SocketOption<Integer> TOS = StandardSocketOptions.IP_TOS;

  /** On a listener: how many connections with data in their SYN may wait; 0 for none. */
  public static final SocketOption<Integer> FAST_OPEN = ExtraOptions.FAST_OPEN;

  /** Before dialling: the first write may go out with the SYN. */
  public static final SocketOption<Boolean> FAST_OPEN_CONNECT = ExtraOptions.FAST_OPEN_CONNECT;

  /**
   * On a listener: the seconds for which a connection may wait for its first bytes before it is
   * accepted without; 0 to accept at once. The system rounds to its retransmission times.
   */
  public static final SocketOption<Integer> DEFER_ACCEPT = ExtraOptions.DEFER_ACCEPT;

  private TcpOptions() {}
}
