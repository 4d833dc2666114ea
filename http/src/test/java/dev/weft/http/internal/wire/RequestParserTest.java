package dev.weft.http.internal.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

class RequestParserTest {
  private static final HeadLimits LIMITS = new HeadLimits(200, 1000, 10, 4);

  private final RequestParser parser = new RequestParser(LIMITS);
  private final StringCache cache = new StringCache();

  private RequestHead parse(String text) throws MalformedException {
    byte[] bytes = text.getBytes(ISO_8859_1);
    parser.reset();
    assertThat(parser.parse(bytes, 0, bytes.length)).isTrue();
    return parser.head();
  }

  private boolean isComplete(String text) throws MalformedException {
    byte[] bytes = text.getBytes(ISO_8859_1);
    parser.reset();
    return parser.parse(bytes, 0, bytes.length);
  }

  @Test
  void readsLineAndFields() throws Exception {
    RequestHead head = parse("GET /a/b?c=d HTTP/1.1\r\nHost: h:80\r\nX-Y:  z \t\r\nEmpty:\r\n\r\n");
    assertThat(head.method()).isEqualTo("GET");
    assertThat(head.target(cache)).isEqualTo("/a/b?c=d");
    assertThat(head.rawPath(cache)).isEqualTo("/a/b");
    assertThat(head.rawQuery()).isEqualTo("c=d");
    assertThat(head.minorVersion()).isEqualTo(1);
    assertThat(head.authority()).isEqualTo("h:80");
    assertThat(head.fields().size()).isEqualTo(3);
    assertThat(head.fields().name(1)).isEqualTo("X-Y");
    assertThat(head.fields().value(1)).isEqualTo("z");
    assertThat(head.fields().value(2)).isEmpty();
    assertThat(head.fields().isNamed(1, "x-y")).isTrue();
  }

  @Test
  void isIncompleteUpToTheLastByte() throws Exception {
    String head = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    for (int n = 0; n < head.length(); n++) {
      assertThat(isComplete(head.substring(0, n))).as("%d bytes", n).isFalse();
    }
    assertThat(isComplete(head)).isTrue();
    assertThat(parser.length()).isEqualTo(head.length());
  }

  @Test
  void whatCannotBecomeARequestIsRefusedBeforeItsLineEnds() {
    assertThatThrownBy(() -> isComplete("\026\003\001\002"))
        .hasMessage("TLS on a connection without TLS");
    assertThatThrownBy(() -> isComplete("\r\n\000")).hasMessage("a request line without a method");
  }

  @Test
  void goesOnWhereItStoppedAlsoWhenTheBytesHaveMoved() throws Exception {
    byte[] head =
        "\r\nPOST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\n\r\n".getBytes(ISO_8859_1);
    parser.reset();
    for (int n = 1; n <= head.length; n++) {
      byte[] moved = new byte[n + 20];
      int at = n % 7;
      System.arraycopy(head, 0, moved, at, n);
      assertThat(parser.parse(moved, at, at + n)).isEqualTo(n == head.length);
    }
    assertThat(parser.head().method()).isEqualTo("POST");
    assertThat(parser.head().contentLength()).isEqualTo(7);
  }

  @Test
  void looksAtEachByteOnceHoweverManyPiecesItComesIn() throws Exception {
    // A head of a megabyte, a byte at a time: a parser that begins anew takes hours.
    var large = new RequestParser(new HeadLimits(1 << 20, 1 << 21, 10, 4));
    byte[] bytes =
        ("GET /" + "x".repeat(1 << 19) + " HTTP/1.1\r\nHost: a\r\n\r\n").getBytes(ISO_8859_1);
    for (int n = 1; n < bytes.length; n++) {
      assertThat(large.parse(bytes, 0, n)).isFalse();
    }
    assertThat(large.parse(bytes, 0, bytes.length)).isTrue();
  }

  @Test
  void stopsBehindTheHead() throws Exception {
    assertThat(isComplete("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET")).isTrue();
    assertThat(parser.length()).isEqualTo("GET / HTTP/1.1\r\nHost: a\r\n\r\n".length());
  }

  @Test
  void forgetsTheRequestBefore() throws Exception {
    parse("HEAD / HTTP/1.0\r\nConnection: close, upgrade\r\nContent-Length: 7\r\n\r\n");
    assertThat(parser.head().wantsClose()).isTrue();
    RequestHead head = parse("GET / HTTP/1.1\r\nHost: b\r\n\r\n");
    assertThat(head.contentLength()).isEqualTo(RequestHead.NO_LENGTH);
    assertThat(head.wantsClose()).isFalse();
    assertThat(head.wantsUpgrade()).isFalse();
    assertThat(head.fields().size()).isEqualTo(1);
  }

  @Test
  void keepsConnectionsAsVersionAndConnectionSay() throws Exception {
    assertThat(parse("GET / HTTP/1.1\r\nHost: a\r\n\r\n").wantsClose()).isFalse();
    assertThat(parse("GET / HTTP/1.1\r\nHost: a\r\nCONNECTION:\t Close\r\n\r\n").wantsClose())
        .isTrue();
    assertThat(parse("GET / HTTP/1.0\r\n\r\n").wantsClose()).isTrue();
    assertThat(parse("GET / HTTP/1.0\r\nConnection: foo, Keep-Alive\r\n\r\n").wantsClose())
        .isFalse();
  }

  @Test
  void readsTheOtherFormsOfTargets() throws Exception {
    RequestHead absolute = parse("GET HTTP://Some.Host:81?q HTTP/1.1\r\nHost: other\r\n\r\n");
    assertThat(absolute.form()).isEqualTo(TargetForm.ABSOLUTE);
    assertThat(absolute.authority()).isEqualTo("Some.Host:81");
    assertThat(absolute.rawPath(cache)).isEqualTo("/");
    assertThat(absolute.rawQuery()).isEqualTo("q");
    assertThat(parse("GET http://h/p HTTP/1.1\r\nHost: h\r\n\r\n").rawPath(cache)).isEqualTo("/p");
    assertThat(parse("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").form())
        .isEqualTo(TargetForm.ASTERISK);
    RequestHead connect = parse("CONNECT h:443 HTTP/1.1\r\nHost: a\r\n\r\n");
    assertThat(connect.form()).isEqualTo(TargetForm.AUTHORITY);
    assertThat(connect.authority()).isEqualTo("h:443");
    assertThat(connect.rawPath(cache)).isEmpty();
  }

  @Test
  void refusesWhatIsOverALimit() {
    assertStatus("GET /" + "x".repeat(200) + " HTTP/1.1\r\nHost: a\r\n\r\n", 414);
    assertStatus("G".repeat(300), 414);
    assertStatus("GET / HTTP/1.1\r\nHost: a\r\n" + "X: y\r\nZ: y\r\n".repeat(5) + "\r\n", 431);
    assertStatus("GET / HTTP/1.1\r\nHost: a\r\n" + "X: y\r\n".repeat(5) + "\r\n", 431);
    assertStatus("GET / HTTP/1.1\r\nHost: a\r\nX: " + "y".repeat(1000), 431);
    assertStatus("\r\n".repeat(600), 431);
  }

  private void assertStatus(String head, int status) {
    assertThatThrownBy(() -> isComplete(head))
        .isInstanceOfSatisfying(
            MalformedException.class, e -> assertThat(e.status()).isEqualTo(status));
  }

  @Test
  void allocatesNothing() throws Exception {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    byte[] bytes =
        "POST /echo HTTP/1.1\r\nHost: a\r\nUser-Agent: x\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\n"
            .getBytes(ISO_8859_1);
    long allocated = Long.MAX_VALUE;
    for (int round = 0; round < 20; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 1000; i++) {
        parser.reset();
        parser.parse(bytes, 0, bytes.length);
        parser.head().method();
        parser.head().rawPath(cache);
      }
      allocated = Math.min(allocated, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(allocated).isLessThan(1000); // less than a byte a request: the counter's own
  }
}
