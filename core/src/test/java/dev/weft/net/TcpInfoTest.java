package dev.weft.net;

import static dev.weft.net.Bytes.readFully;
import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The kernel's figures of a connection, held against what was done with it and against ss. */
@Tag("contract")
@Timeout(180)
class TcpInfoTest {
  private TcpConn client;
  private TcpConn server;

  @BeforeEach
  void connect() throws IOException {
    Loopback pair = Loopback.connect();
    client = pair.client();
    server = pair.server();
  }

  @AfterEach
  void close() {
    client.close();
    server.close();
  }

  @Test
  void selectorsDoNotTell() {
    assumeThat(UnixSockets.areNative()).isFalse();
    assertThatThrownBy(client::tcpInfo)
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("poller");
  }

  @Test
  void countsBytesBothWays() throws Exception {
    assumeThat(UnixSockets.areNative()).isTrue();
    client.write(new byte[5_000]);
    readFully(server, 5_000);
    server.write(new byte[70]);
    readFully(client, 70);
    TcpInfo info = client.tcpInfo();
    assertThat(info.state()).isEqualTo(TcpInfo.State.ESTABLISHED);
    assertThat(info.bytesSent() - info.bytesRetransmitted()).isEqualTo(5_000);
    assertThat(info.bytesReceived()).isEqualTo(70);
    assertThat(info.rtt()).isBetween(Duration.ofNanos(1_000), Duration.ofSeconds(10));
    assertThat(info.congestionWindow()).isPositive();
    assertThat(info.segmentSize()).isPositive();
    eventually("all is acknowledged", () -> client.tcpInfo().unacknowledged() == 0);
    assertThat(client.tcpInfo().bytesAcknowledged()).isBetween(5_000L, 5_001L);
    assertThat(info.toString()).contains(info.bytesSent() + " sent", "70 received");
  }

  @Test
  void tellsWhatCannotBeSent() throws Exception {
    assumeThat(UnixSockets.areNative()).isTrue();
    assertThat(client.tcpInfo().unsentBytes()).isZero();
    Bytes.fill(client);
    assertThat(client.tcpInfo().unsentBytes()).isPositive();
  }

  @Test
  void followsTheStateOfTheConnection() throws Exception {
    assumeThat(UnixSockets.areNative()).isTrue();
    client.closeWrite();
    assertThat(server.read(new byte[1])).isEqualTo(-1);
    eventually(
        "the FIN is acknowledged", () -> client.tcpInfo().state() == TcpInfo.State.FIN_WAIT_2);
    assertThat(server.tcpInfo().state()).isEqualTo(TcpInfo.State.CLOSE_WAIT);
  }

  @Test
  void agreesWithSs() throws Exception {
    assumeThat(UnixSockets.areNative()).isTrue();
    client.write(new byte[12_345]);
    readFully(server, 12_345);
    eventually("all is acknowledged", () -> client.tcpInfo().unacknowledged() == 0);
    String shown = ss();
    assumeThat(shown).as("ss knows the connection").contains("bytes_sent:");
    TcpInfo info = client.tcpInfo();
    assertThat(number(shown, "bytes_sent:(\\d+)")).isEqualTo(info.bytesSent());
    assertThat(number(shown, "cwnd:(\\d+)")).isEqualTo(info.congestionWindow());
    assertThat(number(shown, "\\bmss:(\\d+)")).isEqualTo(info.segmentSize());
    Matcher rtt = Pattern.compile("\\brtt:([\\d.]+)/([\\d.]+)").matcher(shown);
    assertThat(rtt.find()).isTrue();
    assertThat(Math.round(Double.parseDouble(rtt.group(1)) * 1_000))
        .isEqualTo(info.rtt().toNanos() / 1_000);
    assertThat(Math.round(Double.parseDouble(rtt.group(2)) * 1_000))
        .isEqualTo(info.rttVariance().toNanos() / 1_000);
  }

  private String ss() throws Exception {
    try {
      Process process =
          new ProcessBuilder(
                  "ss",
                  "-tinHO",
                  "sport",
                  "=",
                  ":" + client.localAddress().getPort(),
                  "and",
                  "dport",
                  "=",
                  ":" + client.remoteAddress().getPort())
              .redirectErrorStream(true)
              .start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      return out;
    } catch (IOException thereIsNoSs) {
      return "";
    }
  }

  private static long number(String text, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    assertThat(matcher.find()).as(pattern + " in " + text).isTrue();
    return Long.parseLong(matcher.group(1));
  }
}
