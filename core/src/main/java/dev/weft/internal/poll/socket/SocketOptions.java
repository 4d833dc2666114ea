package dev.weft.internal.poll.socket;

import dev.weft.internal.poll.ExtraOptions;
import dev.weft.internal.poll.Family;
import dev.weft.internal.sys.OptionCalls;
import dev.weft.internal.sys.SystemCallException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.net.ExtendedSocketOptions;

/** Linux's numbers of the JDK's socket options. */
public final class SocketOptions {
  /** An option's level and name for the kernel. */
  public record OptionNumber(int level, int name) {
    public void set(int fd, int value) throws SystemCallException {
      SystemCallException.check("setsockopt", OptionCalls.setsockopt(fd, level, name, value));
    }

    /** Reads the value; returns it or a negated error number. */
    public int get(int fd) {
      int[] value = new int[1];
      int result = OptionCalls.getsockopt(fd, level, name, value);
      return result < 0 ? result : value[0];
    }
  }

  private static final int SOL_SOCKET = 1;
  private static final int SO_PEERCRED = 17;
  private static final int IPPROTO_IP = 0;
  private static final int IPPROTO_TCP = 6;
  private static final int IPPROTO_IPV6 = 41;

  public static final OptionNumber REUSE_ADDRESS = new OptionNumber(SOL_SOCKET, 2);
  public static final OptionNumber ERROR = new OptionNumber(SOL_SOCKET, 4);
  static final OptionNumber TYPE = new OptionNumber(SOL_SOCKET, 3);
  static final OptionNumber LISTENS = new OptionNumber(SOL_SOCKET, 30);
  static final OptionNumber DOMAIN = new OptionNumber(SOL_SOCKET, 39);
  public static final OptionNumber BROADCAST = new OptionNumber(SOL_SOCKET, 6);
  public static final OptionNumber NO_DELAY = new OptionNumber(IPPROTO_TCP, 1);
  public static final OptionNumber V6_ONLY = new OptionNumber(IPPROTO_IPV6, 26);
  private static final OptionNumber SEND_BUFFER = new OptionNumber(SOL_SOCKET, 7);
  private static final OptionNumber RECEIVE_BUFFER = new OptionNumber(SOL_SOCKET, 8);
  private static final OptionNumber CONGESTION = new OptionNumber(IPPROTO_TCP, 13);
  private static final OptionNumber TRAFFIC_CLASS = new OptionNumber(IPPROTO_IPV6, 67);
  private static final OptionNumber LINGER = new OptionNumber(SOL_SOCKET, 13);

  /** TCP_CA_NAME_MAX, with the terminating zero. */
  private static final int NAME_BYTES = 16;

  /** The JDK's maximum. */
  private static final int MAX_LINGER_SECONDS = 0xFFFF;

  private static final Map<SocketOption<?>, OptionNumber> NUMBERS =
      Map.ofEntries(
          Map.entry(StandardSocketOptions.SO_REUSEADDR, REUSE_ADDRESS),
          Map.entry(StandardSocketOptions.SO_BROADCAST, BROADCAST),
          Map.entry(StandardSocketOptions.SO_REUSEPORT, new OptionNumber(SOL_SOCKET, 15)),
          Map.entry(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER),
          Map.entry(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER),
          Map.entry(StandardSocketOptions.SO_KEEPALIVE, new OptionNumber(SOL_SOCKET, 9)),
          Map.entry(StandardSocketOptions.SO_LINGER, LINGER),
          Map.entry(StandardSocketOptions.TCP_NODELAY, NO_DELAY),
          Map.entry(StandardSocketOptions.IP_TOS, new OptionNumber(IPPROTO_IP, 1)),
          Map.entry(ExtendedSocketOptions.TCP_KEEPIDLE, new OptionNumber(IPPROTO_TCP, 4)),
          Map.entry(ExtendedSocketOptions.TCP_KEEPINTERVAL, new OptionNumber(IPPROTO_TCP, 5)),
          Map.entry(ExtendedSocketOptions.TCP_KEEPCOUNT, new OptionNumber(IPPROTO_TCP, 6)),
          Map.entry(ExtendedSocketOptions.TCP_QUICKACK, new OptionNumber(IPPROTO_TCP, 12)),
          Map.entry(ExtraOptions.CORK, new OptionNumber(IPPROTO_TCP, 3)),
          Map.entry(ExtraOptions.DEFER_ACCEPT, new OptionNumber(IPPROTO_TCP, 9)),
          Map.entry(ExtraOptions.CONGESTION, CONGESTION),
          Map.entry(ExtraOptions.USER_TIMEOUT, new OptionNumber(IPPROTO_TCP, 18)),
          Map.entry(ExtraOptions.FAST_OPEN, new OptionNumber(IPPROTO_TCP, 23)),
          Map.entry(ExtraOptions.NOT_SENT_LOW_WATER_MARK, new OptionNumber(IPPROTO_TCP, 25)),
          Map.entry(ExtraOptions.FAST_OPEN_CONNECT, new OptionNumber(IPPROTO_TCP, 30)));

  private static final Set<SocketOption<?>> OF_DATAGRAMS =
      Set.of(
          StandardSocketOptions.SO_REUSEADDR,
          StandardSocketOptions.SO_REUSEPORT,
          StandardSocketOptions.SO_SNDBUF,
          StandardSocketOptions.SO_RCVBUF,
          StandardSocketOptions.SO_BROADCAST,
          StandardSocketOptions.IP_TOS,
          StandardSocketOptions.IP_MULTICAST_IF,
          StandardSocketOptions.IP_MULTICAST_TTL,
          StandardSocketOptions.IP_MULTICAST_LOOP);

  private static final Set<SocketOption<?>> OF_STREAMS =
      NUMBERS.keySet().stream()
          .filter(option -> option != StandardSocketOptions.SO_BROADCAST)
          .collect(Collectors.toUnmodifiableSet());

  private static final Set<SocketOption<?>> OF_UNIX =
      Set.of(StandardSocketOptions.SO_SNDBUF, StandardSocketOptions.SO_RCVBUF);

  private SocketOptions() {}

  /** Returns the options of a stream socket. */
  static Set<SocketOption<?>> supported(Family family) {
    return family == Family.UNIX ? OF_UNIX : OF_STREAMS;
  }

  /** Returns the process, user and group ID of the peer of a Unix socket ({@code struct ucred}). */
  static int[] peerCredentials(int fd) throws SystemCallException {
    int[] credentials = new int[3];
    SystemCallException.check(
        "getsockopt", OptionCalls.getsockopt(fd, SOL_SOCKET, SO_PEERCRED, credentials));
    return credentials;
  }

  /** Returns the options of a UDP socket. */
  static Set<SocketOption<?>> supportedByDatagrams() {
    return OF_DATAGRAMS;
  }

  /**
   * Sets the traffic class of IPv6 packets: IP_TOS applies to IPv4 packets only, although reading
   * it covers both.
   */
  static void setTrafficClass(int fd, int value) throws SystemCallException {
    TRAFFIC_CLASS.set(fd, value);
  }

  /**
   * Makes the kernel reset the connection when its last descriptor is closed, also by the end of
   * the process: it drops unsent bytes, and the peer reads an error instead of the end of the
   * stream. Needs no heap memory.
   */
  public static void resetOnClose(int fd) {
    OptionCalls.setPair(fd, LINGER.level, LINGER.name, 1);
  }

  /** Undoes {@link #resetOnClose}. */
  public static void finishOnClose(int fd) {
    OptionCalls.setPair(fd, LINGER.level, LINGER.name, 0);
  }

  public static <T> void set(int fd, SocketOption<T> option, T value) throws SystemCallException {
    OptionNumber number = number(option);
    switch (value) {
      case Boolean on -> number.set(fd, on ? 1 : 0);
      // As in the JDK: a negative linger time means none.
      case Integer seconds when number == LINGER ->
          SystemCallException.check(
              "setsockopt",
              OptionCalls.setsockopt(
                  fd,
                  number.level,
                  number.name,
                  seconds >= 0 ? 1 : 0,
                  Math.clamp(seconds, 0, MAX_LINGER_SECONDS)));
      case Integer n -> number.set(fd, n);
      case String name ->
          SystemCallException.check(
              "setsockopt", OptionCalls.setsockopt(fd, number.level, number.name, packed(name)));
      default -> throw new IllegalArgumentException(option.name() + " does not take " + value);
    }
  }

  public static <T> T get(int fd, SocketOption<T> option) throws SystemCallException {
    OptionNumber number = number(option);
    if (number == CONGESTION) {
      int[] name = new int[NAME_BYTES / Integer.BYTES];
      SystemCallException.check(
          "getsockopt", OptionCalls.getsockopt(fd, number.level, number.name, name));
      return option.type().cast(unpacked(name));
    }
    int[] value = new int[number == LINGER ? 2 : 1];
    SystemCallException.check(
        "getsockopt", OptionCalls.getsockopt(fd, number.level, number.name, value));
    if (number == LINGER) {
      return option.type().cast(value[0] == 0 ? -1 : value[1]);
    }
    if (number == SEND_BUFFER || number == RECEIVE_BUFFER) {
      value[0] /= 2; // as in the JDK: Linux doubles the value for its own bookkeeping
    }
    return option
        .type()
        .cast(option.type() == Boolean.class ? (Object) (value[0] != 0) : (Object) value[0]);
  }

  private static int[] packed(String name) {
    byte[] ascii = name.getBytes(StandardCharsets.US_ASCII);
    if (ascii.length >= NAME_BYTES) {
      throw new IllegalArgumentException(name + " is longer than " + (NAME_BYTES - 1) + " bytes");
    }
    ByteBuffer bytes = ByteBuffer.allocate(NAME_BYTES).order(ByteOrder.nativeOrder());
    bytes.put(0, ascii);
    int[] ints = new int[NAME_BYTES / Integer.BYTES];
    bytes.asIntBuffer().get(ints);
    return ints;
  }

  private static String unpacked(int[] ints) {
    ByteBuffer bytes = ByteBuffer.allocate(NAME_BYTES).order(ByteOrder.nativeOrder());
    bytes.asIntBuffer().put(ints);
    String name = new String(bytes.array(), StandardCharsets.US_ASCII);
    int end = name.indexOf(0);
    return end < 0 ? name : name.substring(0, end);
  }

  private static OptionNumber number(SocketOption<?> option) {
    return Objects.requireNonNull(NUMBERS.get(option), "not one of supportedOptions");
  }
}
