package dev.weft.debug;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.chan.Chan;
import dev.weft.http.Router;
import dev.weft.http.server.HttpServer;
import dev.weft.net.Conn;
import dev.weft.net.Net;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What goroutines serve, in dumps. */
final class ServedTest {
  private static final String REQUEST = "GET /orders/7 HTTP/1.1\r\nHost: x\r\n\r\n";

  private static String awaitDump(Debug debug, String query, Pattern wanted) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    String dump;
    do {
      dump = Http.text(debug.address(), "/debug/pprof/goroutine?debug=" + query);
      assertThat(System.nanoTime()).as("not found: %s in\n%s", wanted, dump).isLessThan(end);
    } while (!wanted.matcher(dump).find());
    return dump;
  }

  @Test
  void aGoroutineHasTheRouteOfItsRequestAndThePeerOfItsConnection() throws Exception {
    Chan<Void> answered = Chan.unbuffered();
    Router router =
        Router.builder()
            .get(
                "/orders/{id}",
                (_, response) -> {
                  answered.receive();
                  response.send("ok");
                })
            .build();
    try (Debug debug = Debug.serve("127.0.0.1:0");
        HttpServer server = HttpServer.builder().handler(router).build();
        Conn conn = Net.dial(server.listen("127.0.0.1:0").localAddress())) {
      String addresses = "tcp \\S*" + conn.remoteAddress() + "->" + "\\S*" + conn.localAddress();
      String served = ", serves " + addresses.replace("/", "");
      conn.write(REQUEST.getBytes(StandardCharsets.US_ASCII));
      awaitDump(
          debug, "2", Pattern.compile("\\[chan receive, route GET /orders/\\{id}" + served + "]"));
      awaitDump(debug, "1", Pattern.compile("1 @ chan receive, .*\n# route: GET /orders/\\{id}\n"));
      answered.close();
      assertThat(conn.read(new byte[1000])).isPositive();
      String dump =
          awaitDump(debug, "2", Pattern.compile("\\[read " + addresses.replace("/", "") + served));
      assertThat(dump).doesNotContain("route GET /orders/{id}");
    }
  }
}
