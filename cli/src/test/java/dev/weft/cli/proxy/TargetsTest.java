package dev.weft.cli.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.net.Dialer;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which target a connection gets, with targets that take connections into their backlog. */
class TargetsTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final List<AutoCloseable> opened = new ArrayList<>();
  private final AtomicLong clock = new AtomicLong();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened) {
      each.close();
    }
  }

  private Target up() throws IOException {
    Listener listener = Net.listen("tcp", "127.0.0.1:0");
    opened.add(listener);
    return new Target("127.0.0.1:" + ((InetSocketAddress) listener.localAddress()).getPort());
  }

  /** A port on which nothing listens any more. */
  private static Target down() throws IOException {
    try (Listener listener = Net.listen("tcp", "127.0.0.1:0")) {
      return new Target("127.0.0.1:" + ((InetSocketAddress) listener.localAddress()).getPort());
    }
  }

  private Targets targets(Balance balance, Target... targets) {
    return new Targets(List.of(targets), balance, clock::get);
  }

  private Target dial(Targets targets, int client) throws IOException {
    InetAddress host = InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) client});
    Targets.Connected connected = targets.dial(new InetSocketAddress(host, 1024 + client));
    opened.add(connected.conn());
    return connected.target();
  }

  @Test
  void theTargetWithTheFewestConnectionsGetsTheNext() throws Exception {
    Target a = up();
    Target b = up();
    Targets targets = targets(Balance.LEAST_CONNECTIONS, a, b);
    for (int i = 0; i < 6; i++) {
      dial(targets, i);
    }
    assertThat(List.of(a.open(), b.open())).containsExactly(3, 3);
    b.release();
    b.release();
    assertThat(List.of(dial(targets, 1), dial(targets, 2))).containsExactly(b, b);
  }

  @Test
  void targetsTakeTurns() throws Exception {
    Target a = up();
    Target b = up();
    Target c = up();
    Targets targets = targets(Balance.ROUND_ROBIN, a, b, c);
    List<Target> taken = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      taken.add(dial(targets, 1));
    }
    assertThat(taken).containsExactly(a, b, c, a, b, c);
  }

  @Test
  void aClientKeepsItsTargetAndClientsSpread() throws Exception {
    Targets targets = targets(Balance.CLIENT, up(), up(), up());
    Set<Target> taken = new HashSet<>();
    for (int client = 0; client < 40; client++) {
      Target first = dial(targets, client);
      assertThat(dial(targets, client)).isSameAs(first);
      taken.add(first);
    }
    assertThat(taken).hasSize(3);
  }

  @Test
  void withoutOneTargetOnlyItsClientsMove() throws Exception {
    Target a = up();
    Target b = up();
    Target c = up();
    Targets three = targets(Balance.CLIENT, a, b, c);
    Targets two = targets(Balance.CLIENT, a, b);
    for (int client = 0; client < 40; client++) {
      Target before = dial(three, client);
      Target after = dial(two, client);
      assertThat(after == before || before == c).isTrue();
    }
  }

  @Test
  void aTargetThatDoesNotConnectIsPassedOverAndHoldsNoCount() throws Exception {
    Target down = down();
    Target up = up();
    Targets targets = targets(Balance.LEAST_CONNECTIONS, down, up);
    for (int i = 0; i < 4; i++) {
      assertThat(dial(targets, i)).isSameAs(up);
    }
    assertThat(List.of(down.open(), up.open())).containsExactly(0, 4);
  }

  @Test
  void aRestGrowsAndAtItsEndOneCallerTriesTheTarget() throws Exception {
    Target down = down();
    assertThat(down.claim(0)).isTrue();
    assertThatThrownBy(() -> down.dial(Dialer.DEFAULT, 0)).isInstanceOf(ConnectException.class);
    assertThat(down.claim(SECOND - 1)).isFalse();
    assertThat(down.claim(SECOND)).isTrue();
    assertThat(down.claim(SECOND)).isFalse(); // another caller is trying it
    assertThatThrownBy(() -> down.dial(Dialer.DEFAULT, SECOND))
        .isInstanceOf(ConnectException.class);
    assertThat(down.claim(3 * SECOND - 1)).isFalse();
    assertThat(down.claim(3 * SECOND)).isTrue();
  }

  @Test
  void aTargetThatConnectsAgainRestsNoMore() throws Exception {
    Target target = down();
    assertThatThrownBy(() -> target.dial(Dialer.DEFAULT, 0)).isInstanceOf(ConnectException.class);
    opened.add(Net.listen("tcp", target.toString()));
    opened.add(target.dial(Dialer.DEFAULT, 0));
    assertThat(target.claim(0)).isTrue();
  }

  @Test
  void restingTargetsAreTriedWhenNoOtherConnects() throws Exception {
    Target target = down();
    Targets targets = targets(Balance.ROUND_ROBIN, target);
    assertThatThrownBy(() -> dial(targets, 1))
        .isInstanceOf(ConnectException.class)
        .hasMessage("no target connects: [" + target + "]")
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    opened.add(Net.listen("tcp", target.toString()));
    assertThat(dial(targets, 1)).isSameAs(target); // no time has passed
  }

  @ParameterizedTest
  @ValueSource(strings = {"8080", ":8080", "host", "host:", "host:http", "unix:"})
  void anAddressWithoutHostOrPortIsRefused(String address) {
    assertThatThrownBy(() -> new Target(address))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("target \"" + address + "\": must be host:port or unix:path");
  }

  @Test
  void theProxyLineNamesBothEnds() throws Exception {
    try (Listener listener = Net.listen("tcp", "127.0.0.1:0");
        var client = Net.dial(listener.localAddress());
        var accepted = listener.accept()) {
      int from = ((InetSocketAddress) client.localAddress()).getPort();
      int to = ((InetSocketAddress) listener.localAddress()).getPort();
      assertThat(new String(ProxyLine.of(accepted), US_ASCII))
          .isEqualTo("PROXY TCP4 127.0.0.1 127.0.0.1 " + from + " " + to + "\r\n");
    }
  }
}
