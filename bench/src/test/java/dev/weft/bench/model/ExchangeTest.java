package dev.weft.bench.model;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ExchangeTest {
  private static String answer(Exchange exchange) {
    return new String(
        exchange.answer(), exchange.answerOffset(), exchange.answerLength(), US_ASCII);
  }

  @Test
  void httpWaitsForTheWholeHead() {
    Exchange http = Protocol.HTTP.newExchange(3);
    byte[] head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII);
    for (int n = 0; n < head.length; n++) {
      assertThat(http.next(head, 0, n)).isFalse();
    }
    assertThat(http.next(head, 0, head.length)).isTrue();
    assertThat(http.end()).isEqualTo(head.length);
    assertThat(http.isLast()).isFalse();
    assertThat(answer(http)).endsWith("Content-Length: 3\r\n\r\nabc");
  }

  @Test
  void httpClosesWhenAskedAndForOldClients() {
    Exchange http = Protocol.HTTP.newExchange(1);
    assertThat(isLast(http, "GET / HTTP/1.1\r\nConnection: close\r\n\r\n")).isTrue();
    assertThat(isLast(http, "GET / HTTP/1.1\r\nCONNECTION: Close\r\n\r\n")).isTrue();
    assertThat(isLast(http, "GET / HTTP/1.0\r\n\r\n")).isTrue();
    assertThat(isLast(http, "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n")).isFalse();
    assertThat(answer(http)).doesNotContain("close");
  }

  private static boolean isLast(Exchange http, String head) {
    assertThat(http.next(head.getBytes(US_ASCII), 0, head.length())).isTrue();
    return http.isLast();
  }

  @Test
  void requestsThatCameTogetherAreFoundOneByOne() {
    Exchange http = Protocol.HTTP.newExchange(1);
    byte[] two = "GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII);
    assertThat(http.next(two, 0, two.length)).isTrue();
    assertThat(http.end()).isEqualTo(two.length / 2);
    assertThat(http.next(two, http.end(), two.length)).isTrue();
    assertThat(http.end()).isEqualTo(two.length);
  }

  @Test
  void echoAnswersWithTheMessageItself() {
    Exchange echo = Protocol.ECHO.newExchange(4);
    byte[] in = "..abcdef".getBytes(US_ASCII);
    assertThat(echo.next(in, 2, 5)).isFalse();
    assertThat(echo.next(in, 2, in.length)).isTrue();
    assertThat(answer(echo)).isEqualTo("abcd");
    assertThat(echo.end()).isEqualTo(6);
  }

  @Test
  void theClientExpectsTheBytesTheServerSends() {
    Exchange http = Protocol.HTTP.newExchange(50);
    byte[] request = "GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII);
    assertThat(http.next(request, 0, request.length)).isTrue();
    assertThat(
            Arrays.equals(
                HttpExchange.response(50, false),
                0,
                http.answerLength(),
                http.answer(),
                0,
                http.answerLength()))
        .isTrue();
  }
}
