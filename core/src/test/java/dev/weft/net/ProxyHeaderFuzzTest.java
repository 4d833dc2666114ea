package dev.weft.net;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.ProtocolException;
import java.nio.ByteBuffer;

/**
 * Any bytes are a header, the beginning of one, or refused; a part of them never leads to another
 * result than all of them; and a header that is written again is the same header.
 */
class ProxyHeaderFuzzTest {
  @FuzzTest(maxDuration = "1m")
  void headers(byte[] bytes) {
    String whole = parse(bytes, bytes.length);
    for (int n = 0; n < bytes.length; n++) {
      String part = parse(bytes, n);
      if (!part.equals("incomplete")) {
        assertThat(part).isEqualTo(whole);
      }
    }
  }

  private static String parse(byte[] bytes, int count) {
    try {
      ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, count);
      ProxyHeader header = ProxyHeader.parse(buffer);
      if (header == null) {
        assertThat(buffer.position()).isZero();
        return "incomplete";
      }
      assertThat(ProxyHeader.parse(ByteBuffer.wrap(header.toVersion2()))).isEqualTo(header);
      assertThat(ProxyHeader.parse(ByteBuffer.wrap(header.toVersion1()))).isEqualTo(header);
      return header + " of " + buffer.position();
    } catch (ProtocolException e) {
      return "refused";
    }
  }
}
