package dev.weft.http.internal.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunkedDecoderTest {
  private final InputBuffer in = new InputBuffer(16);
  private final ChunkedDecoder decoder = new ChunkedDecoder(new HeadLimits(100, 300, 5, 5));

  /** Decodes what comes in pieces of {@code step} bytes. */
  private String decode(String encoded, int step, long maxSize) throws IOException {
    var source = new ByteArrayInputStream(encoded.getBytes(ISO_8859_1));
    in.attach((into, offset, length) -> source.read(into, offset, Math.min(step, length)));
    decoder.begin();
    decoder.limit(maxSize);
    var decoded = new ByteArrayOutputStream();
    byte[] buffer = new byte[7];
    for (int n; (n = decoder.read(in, buffer, 0, buffer.length)) >= 0; ) {
      decoded.write(buffer, 0, n);
    }
    return decoded.toString(ISO_8859_1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 16, 1000})
  void joinsChunksWhateverPiecesTheyComeIn(int step) throws Exception {
    String data = "0123456789abcdefghijklmnopqrstuvwxyz";
    String encoded =
        "5\r\n01234\r\n1A ;x\r\n".replace(" ", "")
            + data.substring(5, 31)
            + "\r\n005;a=\"b\"\r\nvwxyz\r\n0\r\n\r\n";
    assertThat(decode(encoded, step, 100)).isEqualTo(data);
  }

  @Test
  void leavesWhatFollowsInTheBuffer() throws Exception {
    assertThat(decode("1\r\nx\r\n0\r\n\r\nGET", 100, 10)).isEqualTo("x");
    assertThat(in.available()).isEqualTo(3);
  }

  @Test
  void readsTrailers() throws Exception {
    assertThat(decode("0\r\nDigest: a\r\nOther: b\r\n\r\n", 3, 10)).isEmpty();
    assertThat(decoder.trailers().size()).isEqualTo(2);
    assertThat(decoder.trailers().name(0)).isEqualTo("Digest");
    assertThat(decoder.trailers().value(1)).isEqualTo("b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\r\n", // no digits
        "x\r\n",
        "-1\r\nx",
        "+1\r\nx",
        "0x1\r\nx",
        " 1\r\nx",
        "1 \r\nx",
        "1\nx\r\n",
        "1\r\nxy\r\n",
        "1\r\nx\n",
        "1\r\nx\rX",
        "1;\n\r\n",
        "1;\u0000\r\n",
        "fffffffffffffffff\r\n",
        "0000000000000000001\r\n",
        "0\r\nContent-Length: 5\r\n\r\n",
        "0\r\ntransfer-encoding: chunked\r\n\r\n",
        "0\r\nHost: a\r\n\r\n",
        "0\r\n folded\r\n\r\n",
        "0\r\nA : b\r\n\r\n",
        "0\r\nA: b\n\r\n",
        "0\r\n\n"
      })
  void refusesWhatIsNotStrictlyChunked(String encoded) {
    assertThatThrownBy(() -> decode(encoded, 100, 1000)).isInstanceOf(MalformedException.class);
  }

  @Test
  void refusesMoreThanItsLimitsAllow() {
    assertThatThrownBy(() -> decode("b\r\n01234567890\r\n0\r\n\r\n", 100, 10))
        .isInstanceOfSatisfying(
            MalformedException.class, e -> assertThat(e.status()).isEqualTo(413));
    assertThatThrownBy(() -> decode("6\r\n012345\r\n5\r\n67890\r\n0\r\n\r\n", 100, 10))
        .hasMessageContaining("10 bytes");
    assertThatThrownBy(() -> decode("1;" + "x".repeat(5000) + "\r\n1", 100, 10))
        .hasMessageContaining("extensions");
    assertThatThrownBy(() -> decode("0\r\nA: " + "x".repeat(500), 100, 10))
        .hasMessageContaining("trailers");
  }

  @Test
  void failsWhenTheConnectionEndsWithinIt() {
    for (String part :
        new String[] {"", "1", "1\r\n", "2\r\nx", "1\r\nx\r\n", "0\r\n", "0\r\n\r"}) {
      assertThatThrownBy(() -> decode(part, 100, 10)).as(part).isInstanceOf(EOFException.class);
    }
  }
}
