package dev.weft.internal.poll.error;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.internal.sys.Errno;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetExceptionsTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1,                127.0.0.1:80",
    "0.0.0.0,                  0.0.0.0:80",
    "::1,                      [::1]:80",
    "::,                       [::]:80",
    "1::,                      [1::]:80",
    "2001:db8::7,              [2001:db8::7]:80",
    "2001:db8:0:1:1:1:1:1,     [2001:db8:0:1:1:1:1:1]:80",
    "2001:0:0:1:0:0:0:1,       [2001:0:0:1::1]:80",
    "2001:db8:0:0:1:0:0:1,     [2001:db8::1:0:0:1]:80",
    "1:0:0:0:2:0:0:0,          [1::2:0:0:0]:80",
    "10:0:0:10:100:a0:0:0,     [10::10:100:a0:0:0]:80",
    "0:1:2:3:4:5:6:7,          [0:1:2:3:4:5:6:7]:80",
    "0:0:2:3:4:5:6:7,          [::2:3:4:5:6:7]:80",
    "ABCD:EF01::,              [abcd:ef01::]:80",
    "::ffff:10.0.0.1,          10.0.0.1:80",
  })
  void addressesLookAsInGo(String ip, String text) throws IOException {
    assertThat(NetExceptions.format(new InetSocketAddress(InetAddress.getByName(ip), 80)))
        .isEqualTo(text);
  }

  @Test
  void zonesStay() throws IOException {
    byte[] linkLocal = new byte[16];
    linkLocal[0] = (byte) 0xFE;
    linkLocal[1] = (byte) 0x80;
    assertThat(format(Inet6Address.getByAddress(null, linkLocal, 7))).isEqualTo("[fe80::%7]:80");
    linkLocal[15] = 1;
    assertThat(format(Inet6Address.getByAddress(null, linkLocal, 7))).isEqualTo("[fe80::1%7]:80");
  }

  private static String format(InetAddress ip) {
    return NetExceptions.format(new InetSocketAddress(ip, 80));
  }

  @Test
  void unknownAddresses() {
    assertThat(NetExceptions.format(null)).isEqualTo("?");
    assertThat(NetExceptions.format(InetSocketAddress.createUnresolved("example.org", 80)))
        .isEqualTo("example.org:80");
  }

  @Test
  void theTypeIsTheJdks() {
    assertIs(ConnectException.class, NetOperation.DIAL, Errno.ECONNREFUSED);
    assertIs(ConnectException.class, NetOperation.DIAL, Errno.ETIMEDOUT);
    assertIs(SocketException.class, NetOperation.READ, Errno.ETIMEDOUT);
    assertIs(NoRouteToHostException.class, NetOperation.DIAL, Errno.EHOSTUNREACH);
    assertIs(NoRouteToHostException.class, NetOperation.DIAL, Errno.ENETUNREACH);
    assertIs(BindException.class, NetOperation.LISTEN, Errno.EADDRINUSE);
    assertIs(BindException.class, NetOperation.LISTEN, Errno.EADDRNOTAVAIL);
    assertIs(BindException.class, NetOperation.LISTEN, Errno.EACCES);
    assertIs(SocketException.class, NetOperation.DIAL, Errno.EACCES);
    assertIs(SocketException.class, NetOperation.READ, Errno.ECONNRESET);
    assertIs(SocketException.class, NetOperation.WRITE, Errno.EPIPE);
    assertIs(SocketException.class, NetOperation.DIAL, Errno.EMFILE);
  }

  private static void assertIs(Class<? extends SocketException> type, NetOperation op, int errno) {
    assertThat(NetExceptions.of(op, "x", errno)).isExactlyInstanceOf(type);
  }

  @Test
  void theMessageHasAdviceWhereThereIsSome() {
    assertThat(NetExceptions.of(NetOperation.READ, "tcp a->b", Errno.ECONNRESET))
        .hasMessage("read tcp a->b: connection reset by peer");
    assertThat(NetExceptions.of(NetOperation.LISTEN, "tcp :80", Errno.EACCES))
        .hasMessage(
            "listen tcp :80: permission denied (ports below 1024 are for root and"
                + " CAP_NET_BIND_SERVICE)");
    assertThat(NetExceptions.of(NetOperation.DIAL, "tcp :80", Errno.EACCES))
        .hasMessage("dial tcp :80: permission denied");
    assertThat(NetExceptions.of(NetOperation.DIAL, "tcp b", Errno.EADDRNOTAVAIL))
        .hasMessage(
            "dial tcp b: cannot assign requested address (no local port is left for this"
                + " destination: keep connections instead of opening new ones; weft doctor shows how"
                + " many are in TIME_WAIT)");
    assertThat(NetExceptions.of(NetOperation.DIAL, "tcp b", Errno.EMFILE))
        .hasMessage(
            "dial tcp b: too many open files (the limit of this process; ulimit -n raises it)");
    assertThat(NetExceptions.of(NetOperation.LISTEN, "tcp b", Errno.ENFILE))
        .hasMessage(
            "listen tcp b: too many open files in system (the limit of the system; sysctl"
                + " fs.file-max raises it)");
    assertThat(NetExceptions.of(NetOperation.READ, "tcp b", 4711))
        .hasMessage("read tcp b: error 4711");
  }

  @Test
  void timeoutsInterruptsAndUseAfterCloseNameTheOperationToo() {
    assertThat(NetExceptions.timedOut(NetOperation.READ, "tcp a"))
        .hasMessage("read tcp a: i/o timeout");
    assertThat(NetExceptions.interrupted(NetOperation.READ, "tcp a"))
        .hasMessage("read tcp a: interrupted");
    assertThat(NetExceptions.closed(NetOperation.READ, "tcp a"))
        .isInstanceOf(ClosedChannelException.class)
        .hasMessage("read tcp a: use of closed network connection")
        .hasToString(
            "java.nio.channels.ClosedChannelException: read tcp a: use of closed network"
                + " connection");
  }
}
