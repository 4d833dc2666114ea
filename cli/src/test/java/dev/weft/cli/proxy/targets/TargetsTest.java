package dev.weft.cli.proxy.targets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.cli.proxy.settings.Backend;
import dev.weft.cli.proxy.settings.Balance;
import dev.weft.cli.proxy.settings.Health;
import dev.weft.cli.proxy.settings.SendProxy;
import dev.weft.context.CancelledException;
import dev.weft.context.Context;
import dev.weft.net.Dialer;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which target a connection gets, with targets that take connections into their backlog. */
class TargetsTest {
  private static final Connector PLAIN = plain(Dialer.DEFAULT);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private static final Health PASSIVE = new Health(null, Duration.ZERO);

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
    return target(listener);
  }

  private Target target(Listener listener) {
    int port = ((InetSocketAddress) listener.localAddress()).getPort();
    return new Target(Backend.parse("127.0.0.1:" + port), clock::get);
  }

  /** A port on which nothing listens any more. */
  private Target down() throws IOException {
    try (Listener listener = Net.listen("tcp", "127.0.0.1:0")) {
      return target(listener);
    }
  }

  private static Targets targets(Balance balance, Target... targets) {
    return targets(balance, PASSIVE, new int[0], targets);
  }

  private static Connector plain(Dialer dialer) {
    return new Connector(dialer, SendProxy.NONE, null);
  }

  /** Targets with weights; 1 for those that have none. */
  private static Targets targets(Balance balance, Health health, int[] weights, Target... targets) {
    Map<Backend, Target> byBackend = new LinkedHashMap<>();
    for (int i = 0; i < targets.length; i++) {
      int weight = i < weights.length ? weights[i] : 1;
      byBackend.put(Backend.parse(targets[i] + ",weight=" + weight), targets[i]);
    }
    return new Targets(
        List.copyOf(byBackend.keySet()),
        backend -> Objects.requireNonNull(byBackend.get(backend)),
        balance,
        health,
        PLAIN);
  }

  private Target dial(Targets targets, int client) throws IOException {
    InetAddress host = InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) client});
    Targets.Connected connected =
        targets.dial(
            Context.background(), new InetSocketAddress(host, 1024 + client), ClientInfo.NONE);
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
    assertThat(down.claim(false)).isTrue();
    assertFails(down);
    clock.set(SECOND - 1);
    assertThat(down.claim(false)).isFalse();
    clock.set(SECOND);
    assertThat(down.claim(false)).isTrue();
    assertThat(down.claim(false)).isFalse(); // another caller is trying it
    assertFails(down);
    clock.set(3 * SECOND - 1);
    assertThat(down.claim(false)).isFalse();
    clock.set(3 * SECOND);
    assertThat(down.claim(false)).isTrue();
  }

  private static void assertFails(Target target) {
    assertThatThrownBy(() -> target.dial(Context.background(), PLAIN, ClientInfo.NONE))
        .isInstanceOf(ConnectException.class);
  }

  @Test
  void aRestBeginsWhenTheDialHasFailed() throws Exception {
    Target down = down();
    Connector slow = plain(Dialer.DEFAULT.beforeConnect((remote, socket) -> clock.set(5 * SECOND)));
    assertThatThrownBy(() -> down.dial(Context.background(), slow, ClientInfo.NONE))
        .isInstanceOf(ConnectException.class);
    clock.set(6 * SECOND - 1);
    assertThat(down.claim(false)).isFalse();
    clock.set(6 * SECOND);
    assertThat(down.claim(false)).isTrue();
  }

  @Test
  void aTargetThatConnectsAgainRestsNoMore() throws Exception {
    Target target = down();
    assertFails(target);
    opened.add(Net.listen("tcp", target.toString()));
    opened.add(target.dial(Context.background(), PLAIN, ClientInfo.NONE));
    assertThat(target.claim(false)).isTrue();
  }

  @Test
  void aFailedCheckHasItPassedOverUntilACheckSucceeds() throws Exception {
    Target target = down();
    target.check(Context.background(), PLAIN, Duration.ofMinutes(1));
    assertThat(target.isUp()).isFalse();
    clock.set(100 * SECOND);
    assertThat(target.claim(true)).isFalse(); // connections leave the trying to the checks
    opened.add(Net.listen("tcp", target.toString()));
    target.check(Context.background(), PLAIN, Duration.ofMinutes(1));
    assertThat(target.claim(true)).isTrue();
    assertThat(target.open()).isZero();
  }

  @Test
  void aCancelledDialSaysNothingAboutTheTarget() throws Exception {
    Target target = up();
    try (var context = Context.background().withCancel()) {
      Connector cancelled =
          plain(Dialer.DEFAULT.beforeConnect((remote, socket) -> context.cancel()));
      assertThatThrownBy(() -> target.dial(context, cancelled, ClientInfo.NONE))
          .isInstanceOf(CancelledException.class);
    }
    assertThat(target.isUp()).isTrue();
    assertThat(target.open()).isZero();
  }

  @Test
  void aTargetDoesNotRestBecauseThisProcessGivesUpOrHasNoMemory() throws Exception {
    Target target = up();
    Connector withoutMemory =
        plain(
            Dialer.DEFAULT.beforeConnect((remote, socket) -> {
              throw new IOException("on purpose", new OutOfMemoryError("on purpose"));
            }));
    assertThatThrownBy(() -> target.dial(Context.background(), withoutMemory, ClientInfo.NONE))
        .isInstanceOf(IOException.class);
    assertThat(target.isUp()).isTrue();
    Connector interrupted =
        plain(
            Dialer.DEFAULT.beforeConnect((remote, socket) -> {
              throw new InterruptedIOException("on purpose");
            }));
    assertThatThrownBy(() -> target.dial(Context.background(), interrupted, ClientInfo.NONE))
        .isInstanceOf(InterruptedIOException.class);
    assertThat(target.isUp()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"LEAST_CONNECTIONS", "ROUND_ROBIN"})
  void aWeightIsAShareOfTheConnections(Balance balance) throws Exception {
    Target a = up();
    Target b = up();
    Targets targets = targets(balance, PASSIVE, new int[] {3, 1}, a, b);
    for (int client = 0; client < 40; client++) {
      dial(targets, client);
    }
    assertThat(List.of(a.open(), b.open())).containsExactly(30, 10);
  }

  @Test
  void aWeightIsAShareOfTheClients() throws Exception {
    Target a = new Target(Backend.parse("a:1"), clock::get);
    Target b = new Target(Backend.parse("b:1"), clock::get);
    Targets targets = targets(Balance.CLIENT, PASSIVE, new int[] {3, 1}, a, b);
    int ofA = 0;
    for (int client = 0; client < 1000; client++) {
      InetAddress host =
          InetAddress.getByAddress(new byte[] {10, 1, (byte) (client >> 8), (byte) client});
      ofA += targets.order(new InetSocketAddress(host, 1)).getFirst() == a ? 1 : 0;
    }
    assertThat(ofA).isBetween(700, 800); // the same in every run: the names do not change
  }

  @Test
  void turnsOfDifferentWeightsMix() throws Exception {
    Target a = up();
    Target b = up();
    Targets targets = targets(Balance.ROUND_ROBIN, PASSIVE, new int[] {2, 1}, a, b);
    List<Target> taken = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      taken.add(dial(targets, 1));
    }
    assertThat(taken.subList(0, 3)).containsExactlyInAnyOrder(a, a, b);
    assertThat(taken.subList(3, 6)).containsExactlyInAnyOrder(a, a, b);
  }

  @ParameterizedTest
  @EnumSource(names = {"LEAST_CONNECTIONS", "ROUND_ROBIN"})
  void aTargetThatReturnsStartsSlowly(Balance balance) throws Exception {
    Target back = down();
    Target other = up();
    Health health = new Health(null, Duration.ofSeconds(10));
    Targets targets = targets(balance, health, new int[] {1, 1}, back, other);
    back.check(Context.background(), PLAIN, Duration.ofMinutes(1));
    opened.add(Net.listen("tcp", back.toString()));
    back.check(Context.background(), PLAIN, Duration.ofMinutes(1));
    assertThat(back.share(health.slowStart())).isEqualTo(0.1);
    for (int client = 0; client < 40; client++) {
      dial(targets, client);
    }
    assertThat(back.open()).isBetween(3, 4);
    clock.set(5 * SECOND);
    assertThat(back.share(health.slowStart())).isEqualTo(0.5);
    clock.set(10 * SECOND);
    assertThat(back.share(health.slowStart())).isEqualTo(1);
  }

  @Test
  void aTargetThatWasPassedOverDoesNotMakeUpForIt() throws Exception {
    Target back = down();
    Target other = up();
    Targets targets = targets(Balance.ROUND_ROBIN, back, other);
    for (int i = 0; i < 10; i++) {
      dial(targets, 1);
    }
    opened.add(Net.listen("tcp", back.toString()));
    back.check(Context.background(), PLAIN, Duration.ofMinutes(1));
    for (int i = 0; i < 10; i++) {
      dial(targets, 1);
    }
    assertThat(back.open()).isBetween(5, 6);
  }

  @Test
  void restingTargetsAreTriedWhenNoOtherConnects() throws Exception {
    Target target = down();
    Targets targets = targets(Balance.ROUND_ROBIN, target);
    assertThatThrownBy(() -> dial(targets, 1))
        .isInstanceOf(ConnectException.class)
        .hasMessage("no target connects: dial tcp " + target + ": connection refused")
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    opened.add(Net.listen("tcp", target.toString()));
    assertThat(dial(targets, 1)).isSameAs(target); // no time has passed
  }

  @ParameterizedTest
  @ValueSource(strings = {"8080", ":8080", "host", "host:", "host:http", "unix:"})
  void anAddressWithoutHostOrPortIsRefused(String address) {
    assertThatThrownBy(() -> Backend.parse(address))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("target \"" + address + "\": must be host:port or unix:path");
  }

  @ParameterizedTest
  @CsvSource({"h:65536, 65536", "h:99999, 99999", "h:0, 0"})
  void aPortThatThereCannotBeIsRefused(String address, String port) {
    assertThatThrownBy(() -> Backend.parse(address))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("target \"" + address + "\": the port must be from 1 to 65535, not " + port);
  }

  @Test
  void aWeightFollowsTheAddress() {
    assertThat(Backend.parse("h:1")).isEqualTo(new Backend("tcp", "h:1", 1));
    assertThat(Backend.parse("h:65535,weight=20")).isEqualTo(new Backend("tcp", "h:65535", 20));
    assertThat(Backend.parse("unix:@a,weight=2")).isEqualTo(new Backend("unix", "@a", 2));
    for (String weight : List.of("", "0", "-1", "x", "1001")) {
      assertThatThrownBy(() -> Backend.parse("h:1,weight=" + weight))
          .hasMessageEndingWith("the weight must be a number from 1 to 1000");
    }
  }
}
