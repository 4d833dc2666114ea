package dev.weft.debug;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.net.Conn;
import dev.weft.net.Net;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which requests are answered. */
final class AccessTest extends DebugFixture {
  @Test
  void otherAddressesTakeAToken() throws Exception {
    SocketAddress any = new InetSocketAddress("0.0.0.0", 0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Debug.serve(any))
        .withMessageContaining("token");
    assertThatIllegalArgumentException().isThrownBy(() -> Debug.serve(any, "short"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Debug.serve(any, "0123456789abcde\u00e9"))
        .withMessageContaining("ASCII");
    String token = "0123456789abcdef";
    try (Debug open = Debug.serve(any, token)) {
      assertThat(Http.get(open.address(), "/debug/vars").statusCode()).isEqualTo(401);
      assertThat(Http.get(open.address(), "/debug/vars").headers().firstValue("WWW-Authenticate"))
          .hasValue("Bearer");
      assertThat(Http.get(open.address(), "/debug/vars?token=0123456789abcdeX").statusCode())
          .isEqualTo(401);
      assertThat(Http.get(open.address(), "/debug/vars?token=" + token).statusCode())
          .isEqualTo(200);
      assertThat(
              Http.get(open.address(), "/debug/vars", "Authorization", "Bearer " + token)
                  .statusCode())
          .isEqualTo(200);
    }
  }

  @Test
  void aTokenCanBeInAFile(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("token");
    Files.writeString(file, "0123456789abcdef\n");
    try (Debug open = Debug.serve("0.0.0.0:0", file)) {
      HttpResponse<byte[]> refusal = Http.get(open.address(), "/debug/vars");
      assertThat(refusal.statusCode()).isEqualTo(401);
      assertThat(new String(refusal.body(), StandardCharsets.UTF_8))
          .startsWith("the token is missing or wrong: send it as Authorization: Bearer TOKEN")
          .doesNotContain("0123456789abcdef");
      assertThat(Http.get(open.address(), "/debug/vars?token=0123456789abcdef").statusCode())
          .isEqualTo(200);
    }
    Files.writeString(file, "short");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Debug.serve("0.0.0.0:0", file))
        .withMessage(file + ": a token has at least 16 characters, not 5");
    assertThatThrownBy(() -> Debug.serve("0.0.0.0:0", folder.resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void aTokenInTheQueryIsNotLogged() throws Exception {
    List<String> logged = new CopyOnWriteArrayList<>();
    Logger logger = Logger.getLogger("dev.weft.http");
    java.util.logging.Handler handler =
        new java.util.logging.Handler() {
          @Override
          public void publish(LogRecord entry) {
            logged.add(entry.getMessage());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    AtomicBoolean fails = new AtomicBoolean(true);
    Debug.publish(
        "fails",
        () -> {
          if (fails.get()) {
            throw new AssertionError("on purpose");
          }
          return true;
        });
    logger.addHandler(handler);
    String token = "0123456789abcdef";
    try (Debug open = Debug.serve(LOOPBACK, token)) {
      assertThat(Http.get(open.address(), "/debug/vars?token=" + token).statusCode())
          .isEqualTo(500);
      eventually("the failure is logged", () -> !logged.isEmpty());
    } finally {
      fails.set(false);
      logger.removeHandler(handler);
    }
    assertThat(logged)
        .anySatisfy(line -> assertThat(line).contains("the handler failed for GET /debug/vars"))
        .allSatisfy(line -> assertThat(line).doesNotContain(token));
  }

  /** The JDK's client does not let a request name another host. */
  @Test
  void requestsThatNameAnotherHostAreRefused() throws Exception {
    assertThat(statusFor("attacker.example")).contains(" 403 ");
    assertThat(statusFor("localhost:6060")).contains(" 200 ");
    assertThat(statusFor("[::1]:6060")).contains(" 200 ");
  }

  private String statusFor(String host) throws Exception {
    int port = ((InetSocketAddress) debug.address()).getPort();
    try (Conn conn = Net.dial("tcp", "127.0.0.1:" + port)) {
      String head = "GET /debug/sched HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
      conn.write(head.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(conn.inputStream().readAllBytes(), StandardCharsets.UTF_8);
      return answer.lines().findFirst().orElse("");
    }
  }

  @Test
  void everyEndpointTakesTheTokenOfAServerThatMountsIt() throws Exception {
    for (String path : List.of("/debug/net", "/debug/pprof/goroutine", "/metrics", "/")) {
      assertThat(Http.get(debug.address(), path + "?token=t").statusCode()).as(path).isEqualTo(200);
    }
  }
}
