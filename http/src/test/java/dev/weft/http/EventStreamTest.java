package dev.weft.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

class EventStreamTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\nLast-Event-ID: 4\r\n\r\n";

  private final LinkedBlockingQueue<Object> ended = new LinkedBlockingQueue<>();

  @Test
  void sendsEventsOneByOne() throws Exception {
    Handler handler =
        (request, response) -> {
          var events = EventStream.open(request, response);
          events.send("after " + events.lastEventId());
          events.send("type", "7", "two\nlines");
          events.send("");
          events.send("ended\n");
          events.send("a\r\nb\rc\n\n");
          events.comment("ignored");
          events.comment("");
          events.retry(Duration.ofSeconds(3));
          assertThatThrownBy(() -> events.send("a\nb", null, "x"))
              .isInstanceOf(IllegalArgumentException.class);
        };
    try (var server = new TestServer(handler);
        var client = server.dial()) {
      client.send(GET);
      assertThat(client.readThrough("\r\n\r\n")).contains("Content-Type: text/event-stream\r\n");
      String body = client.readThrough("0\r\n\r\n").replaceAll("\r\n[0-9a-f]*\r\n", "|");
      assertThat(body)
          .contains(
              "data: after 4\n\n|",
              "event: type\nid: 7\ndata: two\ndata: lines\n\n|",
              "|data: \n\n|",
              "|data: ended\ndata: \n\n|",
              "|data: a\ndata: b\ndata: c\ndata: \ndata: \n\n|",
              ": ignored\n\n|: \n\n|",
              "retry: 3000\n\n");
    }
  }

  private Handler clock() {
    return (request, response) -> {
      var events = EventStream.open(request, response);
      events.send("tick");
      ended.add(events.pause(Duration.ofMinutes(10)));
    };
  }

  @Test
  void aPauseEndsWhenTheClientGoesAway() throws Exception {
    try (var server = new TestServer(clock())) {
      try (var client = server.dial()) {
        client.send(GET).readThrough("tick");
      }
      assertThat(ended.take()).isEqualTo(false);
    }
  }

  @Test
  void aPauseEndsWhenTheServerStops() throws Exception {
    try (var server = new TestServer(clock());
        var client = server.dial()) {
      client.send(GET).readThrough("tick");
      assertThat(server.http.shutdown(Duration.ofMinutes(1))).isTrue();
      assertThat(ended.take()).isEqualTo(false);
      assertThat(client.readAll()).endsWith("0\r\n\r\n");
    }
  }
}
