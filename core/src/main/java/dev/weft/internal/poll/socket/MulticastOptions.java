package dev.weft.internal.poll.socket;

import dev.weft.internal.poll.Family;
import dev.weft.internal.sys.OptionCalls;
import dev.weft.internal.sys.SystemCallException;
import java.net.NetworkInterface;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.Set;

/**
 * The options for sending to multicast groups. An IPv6 socket that can send to IPv4 groups has each
 * option twice, and both are set.
 */
final class MulticastOptions {
  static final Set<SocketOption<?>> ALL =
      Set.of(
          StandardSocketOptions.IP_MULTICAST_IF,
          StandardSocketOptions.IP_MULTICAST_TTL,
          StandardSocketOptions.IP_MULTICAST_LOOP);

  private static final int IPPROTO_IP = 0;
  private static final int IPPROTO_IPV6 = 41;
  private static final int IP_MULTICAST_IF = 32;
  private static final int IP_MULTICAST_TTL = 33;
  private static final int IP_MULTICAST_LOOP = 34;
  private static final int IPV6_MULTICAST_IF = 17;
  private static final int IPV6_MULTICAST_HOPS = 18;
  private static final int IPV6_MULTICAST_LOOP = 19;

  private MulticastOptions() {}

  static void set(int fd, Family family, SocketOption<?> option, Object value)
      throws SystemCallException {
    int number =
        switch (value) {
          case NetworkInterface on -> on.getIndex();
          case Boolean on -> on ? 1 : 0;
          default -> (Integer) value;
        };
    if (family == Family.INET6) {
      check(OptionCalls.setsockopt(fd, IPPROTO_IPV6, v6(option), number));
    }
    // struct ip_mreqn: a group, an address, the index.
    check(
        option == StandardSocketOptions.IP_MULTICAST_IF
            ? OptionCalls.setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, 0, 0, number)
            : OptionCalls.setsockopt(fd, IPPROTO_IP, v4(option), number));
  }

  /**
   * Reads an option other than IP_MULTICAST_IF, whose interface index the kernel does not report.
   */
  static <T> T get(int fd, Family family, SocketOption<T> option) throws SystemCallException {
    int[] value = new int[1];
    boolean v6 = family == Family.INET6;
    check(
        OptionCalls.getsockopt(
            fd, v6 ? IPPROTO_IPV6 : IPPROTO_IP, v6 ? v6(option) : v4(option), value));
    return option
        .type()
        .cast(option.type() == Boolean.class ? (Object) (value[0] != 0) : (Object) value[0]);
  }

  private static void check(int result) throws SystemCallException {
    SystemCallException.check("setsockopt", result);
  }

  private static int v4(SocketOption<?> option) {
    return option == StandardSocketOptions.IP_MULTICAST_TTL ? IP_MULTICAST_TTL : IP_MULTICAST_LOOP;
  }

  private static int v6(SocketOption<?> option) {
    if (option == StandardSocketOptions.IP_MULTICAST_IF) {
      return IPV6_MULTICAST_IF;
    }
    return option == StandardSocketOptions.IP_MULTICAST_TTL
        ? IPV6_MULTICAST_HOPS
        : IPV6_MULTICAST_LOOP;
  }
}
