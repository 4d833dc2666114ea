package dev.weft.net;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.Weft;
import java.io.EOFException;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderTest {
  private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

  private static InetSocketAddress at(String host, int port) {
    return new InetSocketAddress(host, port);
  }

  private static @Nullable ProxyHeader parse(byte[] bytes) throws ProtocolException {
    return ProxyHeader.parse(ByteBuffer.wrap(bytes));
  }

  private static @Nullable ProxyHeader parse(String line) throws ProtocolException {
    return parse(line.getBytes(US_ASCII));
  }

  private static byte[] binary(String behindSignature) {
    return HexFormat.of().parseHex(SIGNATURE + behindSignature.replace(" ", ""));
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 443, 198.51.100.7, 65535",
    "2001:db8::1, 443, 2001:db8::2, 0",
    "192.0.2.1, 80, 2001:db8::2, 81",
  })
  void whatIsWrittenIsRead(String from, int fromPort, String to, int toPort) throws Exception {
    ProxyHeader header = new ProxyHeader(at(from, fromPort), at(to, toPort));
    assertThat(parse(header.toVersion1())).isEqualTo(header);
    assertThat(parse(header.toVersion2())).isEqualTo(header);
  }

  @Test
  void writesWhatTheSpecificationSays() {
    ProxyHeader header = new ProxyHeader(at("192.0.2.1", 258), at("198.51.100.7", 443));
    assertThat(new String(header.toVersion1(), US_ASCII))
        .isEqualTo("PROXY TCP4 192.0.2.1 198.51.100.7 258 443\r\n");
    assertThat(header.toVersion2()).isEqualTo(binary("21 11 000c c0000201 c6336407 0102 01bb"));
    assertThat(new String(ProxyHeader.UNKNOWN.toVersion1(), US_ASCII))
        .isEqualTo("PROXY UNKNOWN\r\n");
    assertThat(ProxyHeader.UNKNOWN.toVersion2()).isEqualTo(binary("20 00 0000"));
  }

  @Test
  void anAcceptedConnectionHasBothAddresses() throws Exception {
    try (Listener listener = Net.listen("tcp", "127.0.0.1:0");
        var client = Net.dial(listener.localAddress());
        var accepted = listener.accept()) {
      assertThat(ProxyHeader.of(accepted))
          .isEqualTo(
              new ProxyHeader(
                  (InetSocketAddress) client.localAddress(),
                  (InetSocketAddress) listener.localAddress()));
    }
  }

  @Test
  void thePositionMovesPastTheHeaderAndNoFurther() throws Exception {
    ByteBuffer bytes =
        ByteBuffer.wrap("xPROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\nGET".getBytes(US_ASCII)).position(1);
    assertThat(ProxyHeader.parse(bytes))
        .isEqualTo(new ProxyHeader(at("1.2.3.4", 1), at("5.6.7.8", 2)));
    assertThat(US_ASCII.decode(bytes).toString()).isEqualTo("GET");
  }

  @Test
  void everyBeginningOfAHeaderAsksForMore() throws Exception {
    ProxyHeader header = new ProxyHeader(at("2001:db8::1", 1), at("2001:db8::2", 2));
    for (byte[] whole : new byte[][] {header.toVersion1(), header.toVersion2()}) {
      for (int n = 0; n < whole.length; n++) {
        ByteBuffer part = ByteBuffer.wrap(whole, 0, n);
        assertThat(ProxyHeader.parse(part)).isNull();
        assertThat(part.position()).isZero();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PROXY UNKNOWN\r\n",
        "PROXY UNKNOWN whatever comes here 1 2\r\n",
      })
  void aLineWithoutAddressesIsUnknown(String line) throws Exception {
    assertThat(parse(line)).isEqualTo(ProxyHeader.UNKNOWN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "20 11 000c c0000201 c6336407 0102 01bb", // the proxy's own connection
        "21 00 0000",
        "21 12 000c c0000201 c6336407 0102 01bb", // UDP
        "21 31 0000", // Unix sockets
        "20 00 0003 040000", // with an addition
      })
  void aBinaryHeaderWithoutTcpAddressesIsUnknown(String hex) throws Exception {
    assertThat(parse(binary(hex))).isEqualTo(ProxyHeader.UNKNOWN);
  }

  @Test
  void additionsBehindTheAddressesArePassedOver() throws Exception {
    ByteBuffer bytes =
        ByteBuffer.wrap(binary("21 11 0010 c0000201 c6336407 0102 01bb 040001ff 47"));
    assertThat(ProxyHeader.parse(bytes))
        .isEqualTo(new ProxyHeader(at("192.0.2.1", 258), at("198.51.100.7", 443)));
    assertThat(bytes.remaining()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\n",
        "PROXY\r\n",
        "PROXY TCP4 1.2.3.4 5.6.7.8 1\r\n",
        "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\n",
        "PROXY TCP4 1.2.3.4 5.6.7.8 1 65536\r\n",
        "PROXY TCP4 1.2.3.4 5.6.7.8 +1 2\r\n",
        "PROXY TCP4 1.2.3.4 5.6.7.8 -1 2\r\n",
        "PROXY TCP4 ::1 ::2 1 2\r\n",
        "PROXY TCP6 1.2.3.4 5.6.7.8 1 2\r\n",
        "PROXY TCP4 localhost localhost 1 2\r\n",
        "PROXY TCP4 1 2 1 2\r\n",
        "PROXY TCP4 10.1 10.2 1 2\r\n",
        "PROXY TCP4 1.2.3.256 5.6.7.8 1 2\r\n",
        "PROXY TCP6 [::1] [::2] 1 2\r\n",
        "PROXY TCP6 fe80::1%1 fe80::2%1 1 2\r\n",
        "PROXY TCP4  1.2.3.4 5.6.7.8 1 2\r\n",
        "PROXY UDP4 1.2.3.4 5.6.7.8 1 2\r\n",
      })
  void refusesAnotherLine(String line) {
    assertThatThrownBy(() -> parse(line)).isInstanceOf(ProtocolException.class);
  }

  @Test
  void refusesALineThatDoesNotEnd() {
    assertThatThrownBy(() -> parse("PROXY UNKNOWN " + "x".repeat(100)))
        .hasMessage("a PROXY line without end");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "31 11 000c c0000201 c6336407 0102 01bb", // version 3
        "22 11 000c c0000201 c6336407 0102 01bb", // another command
        "21 11 000b c0000201 c6336407 0102 01", // shorter than the addresses
        "21 11 ffff", // longer than any is
      })
  void refusesAnotherBinaryHeader(String hex) {
    assertThatThrownBy(() -> parse(binary(hex))).isInstanceOf(ProtocolException.class);
  }

  @Test
  void changedBytesAreReadRefusedOrIncompleteAndNothingElse() throws Exception {
    Random random = new Random(15);
    ProxyHeader header = new ProxyHeader(at("2001:db8::1", 1), at("192.0.2.1", 2));
    byte[][] seeds = {header.toVersion1(), header.toVersion2()};
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = seeds[i % 2].clone();
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      try {
        ProxyHeader parsed = ProxyHeader.parse(buffer);
        assertThat(buffer.position() > 0).isEqualTo(parsed != null);
      } catch (ProtocolException e) {
        assertThat(buffer.position()).isZero();
      }
    }
  }

  @Test
  void readsTheHeaderFromAConnectionAndNoByteBehindIt() throws Exception {
    ProxyHeader header = new ProxyHeader(at("2001:db8::1", 1), at("192.0.2.1", 2));
    for (ProxyHeader each : List.of(header, ProxyHeader.UNKNOWN)) {
      for (byte[] bytes : new byte[][] {each.toVersion1(), each.toVersion2()}) {
        try (Pipe pipe = Pipe.open()) {
          Thread writer =
              Weft.go(() -> {
                pipe.first().write(bytes);
                pipe.first().write(new byte[] {7});
              });
          assertThat(ProxyHeader.read(pipe.second())).isEqualTo(each);
          byte[] behind = new byte[2];
          assertThat(pipe.second().read(behind)).isEqualTo(1);
          assertThat(behind[0]).isEqualTo((byte) 7);
          writer.join();
        }
      }
    }
  }

  @Test
  void anEndOfTheStreamWithinTheHeaderIsAnError() throws Exception {
    try (Pipe pipe = Pipe.open()) {
      Weft.go(() -> {
        pipe.first().write("PROXY TCP4 ".getBytes(US_ASCII));
        pipe.first().closeWrite();
      });
      assertThatThrownBy(() -> ProxyHeader.read(pipe.second())).isInstanceOf(EOFException.class);
    }
  }

  @Test
  void whatIsNoHeaderIsRefusedWithTheNameOfTheConnection() throws Exception {
    try (Pipe pipe = Pipe.open()) {
      Weft.go(() -> pipe.first().write("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII)));
      assertThatThrownBy(() -> ProxyHeader.read(pipe.second()))
          .isInstanceOf(ProtocolException.class)
          .hasMessage(
              "read " + pipe.second() + ": a connection without a header of the PROXY protocol");
    }
  }

  @Test
  void hasBothAddressesOrNone() {
    assertThatThrownBy(() -> new ProxyHeader(at("192.0.2.1", 1), null))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> new ProxyHeader(InetSocketAddress.createUnresolved("h", 1), at("192.0.2.1", 1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
