package dev.weft.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;

/** What clients write into queries, cookies and Accept-Encoding never fails unexpectedly. */
class TextFuzzTest {
  @FuzzTest(maxDuration = "1m")
  void queries(byte[] bytes) {
    String text = new String(bytes, ISO_8859_1);
    try {
      Parameters parameters = Parameters.parse(text);
      for (String name : parameters.names()) {
        assertThat(parameters.all(name)).isNotEmpty();
      }
      assertThat(Parameters.parse(parameters.encode())).hasToString(parameters.toString());
    } catch (HttpException e) {
      assertThat(e.status()).isEqualTo(400);
    }
  }

  @FuzzTest(maxDuration = "1m")
  void fields(byte[] bytes) {
    String text = new String(bytes, ISO_8859_1).replaceAll("[\\x00-\\x08\\x0a-\\x1f\\x7f]", "");
    Headers headers = new Headers();
    for (String name : List.of("Cookie", "Accept-Encoding")) {
      headers.add(name, text);
    }
    Cookie.find(headers, "a");
    AcceptEncoding.allows(headers, "gzip");
  }
}
