package dev.weft.cli.serve;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTest {
  private final Request request = new Request();

  private boolean parse(String text) {
    return request.parse(text.getBytes(US_ASCII), 0, text.length());
  }

  @Test
  void isIncompleteUpToTheLastByteOfTheHead() {
    String head = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    for (int n = 0; n < head.length(); n++) {
      assertThat(parse(head.substring(0, n))).as(head.substring(0, n)).isFalse();
    }
    assertThat(parse(head)).isTrue();
    assertThat(request.end()).isEqualTo(head.length());
    assertThat(request.isBad()).isFalse();
  }

  @Test
  void findsTheEndAtEveryAlignment() {
    for (int n = 1; n < 9; n++) {
      String head = "GET /" + "x".repeat(n) + " HTTP/1.1\r\n\r\n";
      assertThat(parse(head + "GET")).isTrue();
      assertThat(request.end()).isEqualTo(head.length());
    }
  }

  @Test
  void keepsConnectionsAliveAsTheVersionSays() {
    parse("GET / HTTP/1.1\r\n\r\n");
    assertThat(request.wantsClose()).isFalse();
    parse("GET / HTTP/1.0\r\n\r\n");
    assertThat(request.wantsClose()).isTrue();
  }

  @Test
  void theConnectionHeaderDecidesOtherwise() {
    parse("GET / HTTP/1.1\r\nCONNECTION:\t Close\r\n\r\n");
    assertThat(request.wantsClose()).isTrue();
    parse("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
    assertThat(request.wantsClose()).isFalse();
  }

  @Test
  void forgetsThePreviousRequest() {
    parse("HEAD / HTTP/1.1\r\nConnection: close\r\nContent-Length: 7\r\n\r\n");
    assertThat(request.isHead()).isTrue();
    assertThat(request.bodyLength()).isEqualTo(7);
    parse("GET / HTTP/1.1\r\n\r\n");
    assertThat(request.isHead()).isFalse();
    assertThat(request.bodyLength()).isZero();
    assertThat(request.wantsClose()).isFalse();
  }

  @Test
  void ignoresEmptyLinesBeforeARequest() {
    assertThat(parse("\r\n\r\nGET / HTTP/1.1\r\n\r\n")).isTrue();
    assertThat(request.isBad()).isFalse();
    assertThat(request.end()).isEqualTo(22);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense\r\n\r\n",
        "GET / HTTP/2.0\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: \r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: 1 2\r\n\r\n"
      })
  void refuses(String head) {
    assertThat(parse(head)).isTrue();
    assertThat(request.complaint()).startsWith("400");
  }

  @Test
  void doesNotTakeChunkedBodies() {
    parse("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
    assertThat(request.complaint()).startsWith("501");
  }
}
