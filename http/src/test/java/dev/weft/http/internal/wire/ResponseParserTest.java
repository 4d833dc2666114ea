package dev.weft.http.internal.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseParserTest {
  private static final HeadLimits LIMITS = new HeadLimits(200, 1000, 10, 4);

  private final ResponseParser parser = new ResponseParser(LIMITS);

  private ResponseHead parse(String text) throws MalformedException {
    byte[] bytes = text.getBytes(ISO_8859_1);
    parser.reset();
    assertThat(parser.parse(bytes, 0, bytes.length)).isTrue();
    return parser.head();
  }

  @Test
  void readsStatusReasonAndFields() throws Exception {
    ResponseHead head = parse("HTTP/1.1 404 Not here\r\nContent-Length: 12\r\nX-Y: z\r\n\r\n");
    assertThat(head.status()).isEqualTo(404);
    assertThat(head.reason()).isEqualTo("Not here");
    assertThat(head.contentLength()).isEqualTo(12);
    assertThat(head.fields().value(1)).isEqualTo("z");
    assertThat(head.wantsClose()).isFalse();
    assertThat(head.endsWithConnection()).isFalse();
  }

  @Test
  void whatCannotBecomeAResponseIsRefusedBeforeItsLineEnds() {
    byte[] alert = {21, 3, 3, 0, 2, 2, 10};
    assertThatThrownBy(() -> parser.parse(alert, 0, alert.length))
        .hasMessageContaining("is it a server of https?");
    byte[] other = {'S', 'S', 'H'};
    parser.reset();
    assertThatThrownBy(() -> parser.parse(other, 0, other.length))
        .hasMessageContaining("does not begin with a version of HTTP");
  }

  @Test
  void theReasonMayBeEmptyOrMissing() throws Exception {
    assertThat(parse("HTTP/1.1 200 \r\n\r\n").reason()).isEmpty();
    assertThat(parse("HTTP/1.1 200\r\n\r\n").reason()).isEmpty();
  }

  @Test
  void withoutLengthTheEndOfTheConnectionEndsTheBody() throws Exception {
    assertThat(parse("HTTP/1.1 200 OK\r\n\r\n").endsWithConnection()).isTrue();
    assertThat(parse("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").endsWithConnection())
        .isFalse();
  }

  @Test
  void olderServersKeepConnectionsOnlyWhenTheySaySo() throws Exception {
    assertThat(parse("HTTP/1.0 200 OK\r\n\r\n").wantsClose()).isTrue();
    assertThat(parse("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n").wantsClose()).isFalse();
    assertThat(parse("HTTP/1.1 200 OK\r\nConnection: x, Close\r\n\r\n").wantsClose()).isTrue();
  }

  @Test
  void isIncompleteUpToTheLastByte() throws Exception {
    byte[] head = "HTTP/1.1 200 OK\r\nA: b\r\n\r\n".getBytes(ISO_8859_1);
    parser.reset();
    for (int n = 0; n < head.length; n++) {
      assertThat(parser.parse(head, 0, n)).as("%d bytes", n).isFalse();
    }
    assertThat(parser.parse(head, 0, head.length)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\r\nHTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1  200 OK\r\n\r\n",
        "HTTP/1.1 20 OK\r\n\r\n",
        "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 2x0 OK\r\n\r\n",
        "HTTP/1.1 099 OK\r\n\r\n",
        "HTTP/1.1 600 OK\r\n\r\n",
        "HTTP/1.1 200OK\r\n\r\n",
        "HTTP/2.0 200 OK\r\n\r\n",
        "http/1.1 200 OK\r\n\r\n",
        "HTTP/1 200 OK\r\n\r\n",
        "ICY 200 OK and so on\r\n\r\n",
        "HTTP/1.1 200 O\0K\r\n\r\n",
        "HTTP/1.1 200 O\rK\r\n\r\n",
        "HTTP/1.1 200 OK\n\n",
        "HTTP/1.1 200 OK\r\nA: b\n\r\n",
        "HTTP/1.1 200 OK\r\n A: b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
        "HTTP/1.1 200 OK\r\n: b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nA: \0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0x5\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: \r\n\r\n",
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nConnection: a b\r\n\r\n",
      })
  void refuses(String head) {
    assertThatThrownBy(() -> parse(head)).isInstanceOf(MalformedException.class);
  }

  @Test
  void refusesHeadsBeyondTheLimits() {
    assertThatThrownBy(() -> parse("HTTP/1.1 200 " + "a".repeat(200) + "\r\n\r\n"))
        .hasMessageContaining("status line of more than 200");
    assertThatThrownBy(() -> parse("HTTP/1.1 200 OK\r\nA: " + "a".repeat(1000) + "\r\n\r\n"))
        .hasMessageContaining("head of more than 1000");
    assertThatThrownBy(() -> parse("HTTP/1.1 200 OK\r\n" + "A: b\r\n".repeat(5) + "\r\n"))
        .hasMessageContaining("more than 4 header fields of one name");
  }
}
