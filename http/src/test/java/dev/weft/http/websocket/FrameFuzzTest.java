package dev.weft.http.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Whatever bytes a client sends, they are messages or a violation, however they are divided. */
class FrameFuzzTest {
  private static List<String> read(byte[] bytes, int step) throws IOException {
    var source = new ByteArrayInputStream(bytes);
    List<String> seen = new ArrayList<>();
    var control =
        new MessageReader.Control() {
          @Override
          public void ping(byte[] payload) {
            assertThat(payload.length).isLessThanOrEqualTo(125);
            seen.add("ping " + new String(payload, ISO_8859_1));
          }

          @Override
          public void pong() {
            seen.add("pong");
          }

          @Override
          public void close(int code, String reason) {
            assertThat(code == CloseCode.NONE || CloseCode.isSendable(code)).isTrue();
            seen.add("close " + code + reason);
          }
        };
    var frames =
        new FrameReader(
            (into, offset, length) -> source.read(into, offset, Math.min(step, length)));
    var messages = new MessageReader(frames, 1000, control);
    try {
      for (Message message; (message = messages.read()) != null; ) {
        assertThat(message.bytes().length).isLessThanOrEqualTo(1000);
        seen.add(message.isText() + " " + message.text());
      }
    } catch (WebSocketException e) {
      seen.add("violation " + e.code());
    } catch (EOFException e) {
      seen.add("incomplete");
    }
    return seen;
  }

  @FuzzTest(maxDuration = "1m")
  void frames(byte[] bytes) throws Exception {
    assertThat(read(bytes, 1)).isEqualTo(read(bytes, 1 << 20));
  }
}
