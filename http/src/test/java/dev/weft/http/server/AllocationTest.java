package dev.weft.http.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.weft.http.Handler;
import dev.weft.http.Router;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** What the server itself allocates for a request, without the sockets and the handler. */
class AllocationTest {
  private static final int REQUESTS = 20_000;
  private static final byte[] HELLO = "Hello, World!".getBytes(ISO_8859_1);

  /** How many bytes a request costs once everything is warm. */
  private static double allocatedBy(String request, Handler handler) {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    byte[] bytes = request.getBytes(ISO_8859_1);
    long least = Long.MAX_VALUE;
    try (HttpServer server = HttpServer.builder().handler(handler).build()) {
      for (int round = 0; round < 10; round++) {
        var conn = new RepeatingConn(bytes, REQUESTS);
        long before = threads.getCurrentThreadAllocatedBytes();
        server.serve(conn);
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        assertThat(conn.writes()).isEqualTo(REQUESTS);
      }
    }
    // The connection's own objects, and a Date a second.
    return Math.max(0, least - 10_000) / (double) REQUESTS;
  }

  @Test
  void aHelloCostsNothing() {
    Router router =
        Router.builder()
            .get("/", (request, response) -> response.type("text/plain").send(HELLO))
            .build();
    assertThat(
            allocatedBy(
                "GET / HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: x\r\nAccept: */*\r\n\r\n",
                router))
        .isZero();
  }

  @Test
  void aBodyThatIsReadIntoTheHandlersMemoryCostsItsStreamOnly() {
    byte[] buffer = new byte[100];
    Handler handler =
        (request, response) -> {
          int n = request.body().read(buffer);
          response.send(buffer, 0, n);
        };
    assertThat(
            allocatedBy(
                "POST /a?b=c HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello",
                handler))
        .isLessThan(40);
  }
}
