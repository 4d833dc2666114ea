package dev.weft.net;

import static java.net.StandardSocketOptions.IP_MULTICAST_TTL;
import static java.net.StandardSocketOptions.IP_TOS;
import static java.net.StandardSocketOptions.SO_KEEPALIVE;
import static java.net.StandardSocketOptions.SO_LINGER;
import static java.net.StandardSocketOptions.SO_RCVBUF;
import static java.net.StandardSocketOptions.SO_REUSEADDR;
import static java.net.StandardSocketOptions.SO_REUSEPORT;
import static java.net.StandardSocketOptions.SO_SNDBUF;
import static java.net.StandardSocketOptions.TCP_NODELAY;
import static jdk.net.ExtendedSocketOptions.TCP_KEEPCOUNT;
import static jdk.net.ExtendedSocketOptions.TCP_KEEPIDLE;
import static jdk.net.ExtendedSocketOptions.TCP_KEEPINTERVAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.channels.ClosedChannelException;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Socket options are the JDK's, with the JDK's rules, whatever the poller. */
@Tag("contract")
@Timeout(180)
class OptionsTest {
  private TcpListener listener;
  private Loopback pair;
  private TcpConn client;

  @BeforeEach
  void connect() throws IOException {
    listener = Net.listenTcp("tcp4", "127.0.0.1:0");
    pair = Loopback.connect(listener);
    client = pair.client();
  }

  @AfterEach
  void close() {
    pair.close();
    listener.close();
  }

  @Test
  void bothEndsSendSmallPiecesAtOnce() throws IOException {
    assertThat(client.getOption(TCP_NODELAY)).isTrue();
    assertThat(pair.server().getOption(TCP_NODELAY)).isTrue();
  }

  @Test
  void anOptionKeepsWhatItWasSetTo() throws IOException {
    assertKeeps(TCP_NODELAY, false);
    assertKeeps(TCP_NODELAY, true);
    assertKeeps(SO_KEEPALIVE, true);
    assertKeeps(SO_KEEPALIVE, false);
    assertKeeps(SO_REUSEADDR, true);
    assertKeeps(SO_LINGER, 3);
    assertKeeps(SO_LINGER, 0);
    assertKeeps(SO_LINGER, -1);
    assertKeeps(SO_SNDBUF, 32 * 1024);
    assertKeeps(SO_RCVBUF, 32 * 1024);
    assertKeeps(IP_TOS, 0x10);
    assertKeeps(TCP_KEEPIDLE, 77);
    assertKeeps(TCP_KEEPINTERVAL, 7);
    assertKeeps(TCP_KEEPCOUNT, 5);
  }

  private <T> void assertKeeps(SocketOption<T> option, T value) throws IOException {
    assertThat(client.setOption(option, value)).isSameAs(client);
    assertThat(client.getOption(option)).as(option.name()).isEqualTo(value);
  }

  @Test
  void aListenersOptionKeepsWhatItWasSetTo() throws IOException {
    assertThat(listener.getOption(SO_REUSEADDR)).isTrue();
    assertThat(listener.setOption(SO_RCVBUF, 32 * 1024)).isSameAs(listener);
    assertThat(listener.getOption(SO_RCVBUF)).isEqualTo(32 * 1024);
  }

  @Test
  void anyNegativeLingerTimeIsNoneAndALongOneIsCut() throws IOException {
    client.setOption(SO_LINGER, -100);
    assertThat(client.getOption(SO_LINGER)).isEqualTo(-1);
    client.setOption(SO_LINGER, 1_000_000);
    assertThat(client.getOption(SO_LINGER)).isEqualTo(0xFFFF);
  }

  @Test
  void connectionsSupportThese() {
    assertThat(client.supportedOptions())
        .contains(TCP_NODELAY, SO_KEEPALIVE, SO_LINGER, SO_SNDBUF, SO_RCVBUF, SO_REUSEADDR, IP_TOS)
        .contains(TCP_KEEPIDLE, TCP_KEEPINTERVAL, TCP_KEEPCOUNT)
        .doesNotContain(IP_MULTICAST_TTL);
  }

  @Test
  void listenersSupportThese() {
    assertThat(listener.supportedOptions()).contains(SO_RCVBUF, SO_REUSEADDR, SO_REUSEPORT);
  }

  @Test
  void whatIsSupportedCanBeRead() throws IOException {
    for (SocketOption<?> option : client.supportedOptions()) {
      assertThat((Object) client.getOption(option)).as(option.name()).isInstanceOf(option.type());
    }
    for (SocketOption<?> option : listener.supportedOptions()) {
      assertThat((Object) listener.getOption(option)).as(option.name()).isInstanceOf(option.type());
    }
  }

  @Test
  void theSetOfSupportedOptionsIsReadOnly() {
    Set<SocketOption<?>> options = client.supportedOptions();
    assertThatThrownBy(options::clear).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void whatIsNotSupportedIsRefused() {
    String message = "IP_MULTICAST_TTL is not an option of this socket; it has ";
    assertThatThrownBy(() -> client.setOption(IP_MULTICAST_TTL, 1))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageStartingWith(message)
        .hasMessageContaining("TCP_NODELAY");
    assertThatThrownBy(() -> client.getOption(IP_MULTICAST_TTL))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageStartingWith(message);
    assertThatThrownBy(() -> listener.setOption(IP_MULTICAST_TTL, 1))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageStartingWith(message);
    assertThatThrownBy(() -> listener.getOption(IP_MULTICAST_TTL))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageStartingWith(message);
  }

  @ParameterizedTest
  @CsvSource({"SO_SNDBUF, -1", "SO_RCVBUF, -1", "IP_TOS, -1", "IP_TOS, 256"})
  void whatTheKernelWouldMisunderstandIsRefused(String name, int value) throws IOException {
    SocketOption<Integer> option = integerOption(name);
    int before = client.getOption(option);
    assertThatThrownBy(() -> client.setOption(option, value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(name + " cannot be " + value);
    assertThat(client.getOption(option)).isEqualTo(before);
  }

  private static SocketOption<Integer> integerOption(String name) {
    return switch (name) {
      case "SO_SNDBUF" -> SO_SNDBUF;
      case "SO_RCVBUF" -> SO_RCVBUF;
      default -> IP_TOS;
    };
  }

  @Test
  void nothingIsNoValue() {
    assertThatThrownBy(() -> client.setOption(SO_SNDBUF, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("SO_SNDBUF cannot be null");
  }

  @Test
  @SuppressWarnings({"unchecked", "rawtypes"})
  void aValueHasTheOptionsType() {
    SocketOption raw = SO_SNDBUF;
    assertThatThrownBy(() -> client.setOption(raw, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("SO_SNDBUF cannot be true");
  }

  @Test
  void whatTheKernelRefusesSaysWhichConnection() {
    assertThatThrownBy(() -> client.setOption(TCP_KEEPIDLE, 1_000_000))
        .isExactlyInstanceOf(SocketException.class)
        .hasMessage(
            "set TCP_KEEPIDLE tcp 127.0.0.1:%d->127.0.0.1:%d: invalid argument",
            client.localAddress().getPort(), client.remoteAddress().getPort());
  }

  @Test
  void aClosedConnectionHasNoOptionsAnyMore() {
    client.close();
    assertThatThrownBy(() -> client.getOption(TCP_NODELAY))
        .isInstanceOf(ClosedChannelException.class);
    assertThatThrownBy(() -> client.setOption(TCP_NODELAY, true))
        .isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void aSmallSendBufferTakesLess() throws Exception {
    try (Loopback small = Loopback.withSmallBuffers();
        Loopback usual = Loopback.connect()) {
      assertThat(Bytes.fill(small.client())).isLessThan(Bytes.fill(usual.client()));
    }
  }
}
