package dev.weft.http.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.weft.http.Headers;
import java.net.InetAddress;

/** What clients write into the fields of proxies never fails unexpectedly. */
class ForwardingFuzzTest {
  @FuzzTest(maxDuration = "1m")
  void fields(byte[] bytes) {
    String text = new String(bytes, ISO_8859_1).replaceAll("[\\x00-\\x08\\x0a-\\x1f\\x7f]", "");
    Headers headers = new Headers();
    headers.add("Forwarded", text).add("X-Forwarded-For", text);
    for (ProxyFields fields : ProxyFields.values()) {
      Forwarding forwarding = new Forwarding(fields, new IpNetworks("127.0.0.1"));
      assertThatCode(() -> forwarding.origin(headers, InetAddress.ofLiteral("127.0.0.1")))
          .doesNotThrowAnyException();
    }
  }
}
