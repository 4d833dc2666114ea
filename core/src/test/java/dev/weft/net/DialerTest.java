package dev.weft.net;

import static dev.weft.net.Bytes.assertRoundTrip;
import static dev.weft.testing.Eventually.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weft.context.CancelledException;
import dev.weft.context.Context;
import dev.weft.testing.Goroutines;
import dev.weft.testing.UnusedPort;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The settings of a dialer, and how it chooses among several addresses. */
@Tag("contract")
@Timeout(180)
class DialerTest {
  private static final Duration LONG = Duration.ofMinutes(10);

  /** A dialer for which every name stands for {@code addresses}. */
  private static Dialer to(String... addresses) {
    return Dialer.DEFAULT.resolver(Resolver.of(host -> ips(addresses)));
  }

  private static List<InetAddress> ips(String... literals) throws UnknownHostException {
    List<InetAddress> ips = new ArrayList<>();
    for (String literal : literals) {
      ips.add(InetAddress.getByName(literal));
    }
    return ips;
  }

  // Several addresses

  @Test
  void theNextAddressIsTriedAtOnceWhenOneRefuses() throws Exception {
    try (TcpListener listener = Net.listenTcp("tcp4", "127.0.0.3:0")) {
      Dialer dialer = to("127.0.0.1", "127.0.0.2", "127.0.0.3").attemptDelay(LONG);
      try (Conn client = dialer.dial("tcp", "some.test:" + port(listener));
          Conn server = listener.accept()) {
        assertThat(client.remoteAddress()).isEqualTo(listener.localAddress());
        assertRoundTrip(client, server);
      }
    }
  }

  @Test
  void theNextAddressIsTriedBesideOneThatIsSilent() throws Exception {
    try (var silent = new FullBacklog();
        TcpListener listener =
            Net.listenTcp("tcp4", "127.0.0.2:" + silent.socketAddress().getPort());
        Conn client =
            to("127.0.0.1", "127.0.0.2")
                .attemptDelay(Duration.ofMillis(1))
                .dial("tcp", "some.test:" + silent.socketAddress().getPort());
        Conn server = listener.accept()) {
      assertRoundTrip(client, server);
    }
  }

  @Test
  void theFirstAddressWinsWhenItAnswers() throws Exception {
    try (TcpListener first = Net.listenTcp("tcp4", "127.0.0.1:0");
        TcpListener second = Net.listenTcp("tcp4", "127.0.0.2:" + port(first));
        Conn client =
            to("127.0.0.1", "127.0.0.2").attemptDelay(LONG).dial("tcp", "x:" + port(first));
        Conn server = first.accept()) {
      assertRoundTrip(client, server);
      second.setDeadline(Duration.ofMillis(20));
      assertThatThrownBy(second::accept).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void oneFailureTellsOfEveryAddress() throws Exception {
    try (var unused = UnusedPort.on("127.0.0.1")) {
      int port = unused.number();
      assertThatThrownBy(() -> to("127.0.0.1", "127.0.0.2").dial("tcp", "some.test:" + port))
          .isInstanceOf(ConnectException.class)
          .hasMessage(
              "dial tcp some.test:%d: no address could be reached: 127.0.0.1:%d: connection refused;"
                  + " 127.0.0.2:%d: connection refused",
              port, port, port)
          .satisfies(e -> assertThat(e.getSuppressed()).hasSize(2));
    }
  }

  @Test
  void aTimeoutTellsOfEveryAddressTried() throws Exception {
    try (var silent = new FullBacklog()) {
      int port = silent.socketAddress().getPort();
      assertThat(timeoutAfterARefusal("some.test:" + port))
          .hasMessage(
              "dial tcp some.test:%d: no address could be reached: 127.0.0.2:%d: connection refused;"
                  + " 127.0.0.1:%d: i/o timeout",
              port, port, port);
    }
  }

  /** Gives the dial more time until it is enough for the first address to refuse. */
  private static SocketTimeoutException timeoutAfterARefusal(String address) {
    for (Duration timeout = Duration.ofMillis(50); ; timeout = timeout.multipliedBy(2)) {
      Dialer dialer = to("127.0.0.2", "127.0.0.1").timeout(timeout);
      var timedOut =
          catchThrowableOfType(SocketTimeoutException.class, () -> dialer.dial("tcp", address));
      if (timedOut.getMessage().contains("refused") || timeout.compareTo(PATIENCE) > 0) {
        return timedOut;
      }
    }
  }

  @Test
  void anInterruptEndsTheRace() throws Exception {
    try (var silent = new FullBacklog();
        var goroutines = new Goroutines()) {
      Dialer dialer = to("127.0.0.2", "127.0.0.1");
      var dialling =
          goroutines
              .start(() -> dialer.dial("tcp", "x:" + silent.socketAddress().getPort()))
              .awaitBlockedIn("run");
      dialling.thread().interrupt();
      assertThat(dialling.failure())
          .isExactlyInstanceOf(InterruptedIOException.class)
          .hasMessageEndingWith(": interrupted");
    }
  }

  @Test
  void cancellingEndsTheRace() throws Exception {
    try (var silent = new FullBacklog();
        var goroutines = new Goroutines();
        var context = Context.background().withCancel()) {
      Dialer dialer = to("127.0.0.2", "127.0.0.1");
      var dialling =
          goroutines
              .start(() -> dialer.dial(context, "tcp", "x:" + silent.socketAddress().getPort()))
              .awaitBlockedIn("run");
      context.cancel();
      assertThat(dialling.failure()).isInstanceOf(CancelledException.class);
    }
  }

  /** The attempt that comes second connects too, after the race was won: it must not stay open. */
  @Test
  void aLoserThatConnectsIsClosed() throws Exception {
    try (TcpListener slow = Net.listenTcp("tcp4", "127.0.0.1:0");
        TcpListener fast = Net.listenTcp("tcp4", "127.0.0.2:" + port(slow))) {
      var won = new CountDownLatch(1);
      InetAddress slowIp = slow.localAddress().getAddress();
      Dialer dialer =
          to("127.0.0.1", "127.0.0.2")
              .attemptDelay(Duration.ofMillis(1))
              .beforeConnect((remote, socket) -> {
                if (((InetSocketAddress) remote).getAddress().equals(slowIp)) {
                  awaitUninterruptibly(won);
                }
              });
      try (Conn client = dialer.dial("tcp", "x:" + port(slow));
          Conn server = fast.accept()) {
        won.countDown();
        assertRoundTrip(client, server);
        slow.setDeadline(Duration.ofMillis(50));
        try (Conn loser = slow.accept()) {
          assertThat(loser.read(new byte[1])).isEqualTo(-1);
        } catch (SocketTimeoutException cancelledBeforeItConnected) {
          assertThat(client.isOpen()).isTrue();
        }
      }
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  // Settings

  @Test
  void optionsAreSetBeforeConnecting() throws Exception {
    KeepAlive probes = new KeepAlive(Duration.ofMillis(6_500), Duration.ofSeconds(3), 4);
    Dialer dialer =
        Dialer.DEFAULT
            .keepAlive(probes)
            .option(StandardSocketOptions.TCP_NODELAY, false)
            .beforeConnect((remote, socket) -> {
              assertThat(socket.getOption(StandardSocketOptions.TCP_NODELAY)).isFalse();
              socket.setOption(StandardSocketOptions.SO_RCVBUF, 10_000);
            });
    try (TcpListener listener = Net.listenTcp("tcp4", "127.0.0.1:0");
        Conn client = dialer.dial(listener.localAddress())) {
      assertThat(client.getOption(StandardSocketOptions.SO_KEEPALIVE)).isTrue();
      assertThat(client.getOption(ExtendedSocketOptions.TCP_KEEPIDLE)).isEqualTo(7);
      assertThat(client.getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL)).isEqualTo(3);
      assertThat(client.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT)).isEqualTo(4);
      assertThat(client.getOption(StandardSocketOptions.TCP_NODELAY)).isFalse();
      assertThat(client.getOption(StandardSocketOptions.SO_RCVBUF)).isEqualTo(10_000);
    }
  }

  @Test
  void aHookThatFailsFailsTheDial() throws Exception {
    Dialer dialer =
        Dialer.DEFAULT.beforeConnect((remote, socket) -> {
          throw new IOException("not to " + remote);
        });
    try (TcpListener listener = Net.listenTcp("tcp4", "127.0.0.1:0")) {
      assertThatThrownBy(() -> dialer.dial(listener.localAddress()))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("not to ");
    }
  }

  @Test
  void theLocalAddressIsTheOneToConnectFrom() throws Exception {
    SocketAddress from = new InetSocketAddress("127.0.0.9", 0);
    try (TcpListener listener = Net.listenTcp("tcp4", "127.0.0.1:0");
        TcpConn client =
            to("::1", "127.0.0.1").localAddress(from).dialTcp("tcp", "x:" + port(listener));
        TcpConn server = listener.accept()) {
      assertThat(server.remoteAddress().getAddress())
          .isEqualTo(InetAddress.getByName("127.0.0.9"))
          .isEqualTo(client.localAddress().getAddress());
    }
    assertThatThrownBy(() -> to("::1").localAddress(from).dial("tcp", "x:1"))
        .isInstanceOf(BindException.class)
        .hasMessageContaining("family of 127.0.0.9:0");
  }

  @Test
  void settersLeaveTheDialerAsItWas() {
    Dialer dialer = Dialer.DEFAULT.timeout(Duration.ofSeconds(1));
    assertThat(dialer.option(StandardSocketOptions.TCP_NODELAY, true)).isNotSameAs(dialer);
    assertThat(dialer).hasToString("dialer with a time-out of PT1S");
    assertThat(Dialer.DEFAULT).hasToString("dialer with no time-out");
    assertThatThrownBy(() -> dialer.attemptDelay(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }

  // Names

  @Test
  void aLookUpCountsTowardsTheTimeout() throws Exception {
    var never = new CountDownLatch(1);
    Resolver hanging =
        Resolver.of(host -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            throw new UnknownHostException(host);
          }
          return ips("127.0.0.1");
        });
    Dialer dialer = Dialer.DEFAULT.resolver(hanging);
    try {
      assertThatThrownBy(() -> dialer.timeout(Duration.ofMillis(20)).dial("tcp", "slow.test:1"))
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessage("dial tcp slow.test:1: lookup slow.test: i/o timeout");
      try (var context = Context.background().withTimeout(Duration.ofMillis(20))) {
        assertThatThrownBy(() -> dialer.dial(context, "tcp", "slow.test:1"))
            .isInstanceOf(CancelledException.class);
      }
    } finally {
      never.countDown();
    }
  }

  @Test
  void aNameThatIsNotKnownIsTold() {
    Dialer dialer =
        Dialer.DEFAULT.resolver(
            Resolver.of(host -> {
              throw new UnknownHostException(host + ": Name or service not known");
            }));
    assertThatThrownBy(() -> dialer.dial("tcp", "none.test:1"))
        .isInstanceOf(UnknownHostException.class)
        .hasMessage("dial tcp none.test:1: lookup none.test: no such host");
  }

  private static int port(TcpListener listener) {
    return listener.localAddress().getPort();
  }

  @Test
  void repeatedAddressesAreTriedOnce() throws Exception {
    String[] same = new String[5];
    Arrays.fill(same, "127.0.0.1");
    try (var unused = UnusedPort.on("127.0.0.1")) {
      int port = unused.number();
      assertThatThrownBy(() -> to(same).dial("tcp", "x:" + port))
          .hasMessage("dial tcp 127.0.0.1:" + port + ": connection refused");
    }
  }
}
