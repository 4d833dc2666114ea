package dev.weft.http.forms;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weft.http.HttpException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Whatever a multipart body has, it is parts or refused, however it is divided. */
class MultipartFuzzTest {
  private static List<String> read(byte[] bytes, int step) throws IOException {
    var in =
        new ByteArrayInputStream(bytes) {
          @Override
          public synchronized int read(byte[] into, int offset, int length) {
            return super.read(into, offset, Math.min(step, length));
          }
        };
    var multipart = new Multipart(in, "B", new MultipartLimits(10, 200, 1000));
    List<String> seen = new ArrayList<>();
    try {
      for (Part part; (part = multipart.next()) != null; ) {
        String content = new String(part.body().readAllBytes(), ISO_8859_1);
        assertThat(content).doesNotContain("\r\n--B");
        seen.add(part + part.headers().toString() + content);
      }
    } catch (HttpException e) {
      seen.add("refused " + e.status());
    }
    return seen;
  }

  @FuzzTest(maxDuration = "1m")
  void bodies(byte[] bytes) throws Exception {
    assertThat(read(bytes, 1)).isEqualTo(read(bytes, 1 << 20));
  }
}
