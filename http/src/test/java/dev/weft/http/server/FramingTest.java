package dev.weft.http.server;

import dev.weft.http.FramingCases;
import dev.weft.http.FramingCases.Case;
import dev.weft.http.TestServer;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The cases of framing-cases.txt: on the wire, in one piece and byte by byte. */
class FramingTest {
  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    server = new TestServer(FramingCases::echo);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  static Stream<Case> cases() throws IOException {
    return FramingCases.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void inOnePiece(Case each) throws Exception {
    FramingCases.check(
        each, FramingCases.outcomes(server.exchange(each.request() + FramingCases.NEXT)));
  }

  /** The same, however it is divided: no outcome may depend on where a read ends. */
  @ParameterizedTest
  @MethodSource("cases")
  void inSmallPieces(Case each) throws Exception {
    String all = each.request() + FramingCases.NEXT;
    int step = Math.max(1, all.length() / 50);
    try (var client = server.dial()) {
      try {
        for (int from = 0; from < all.length(); from += step) {
          client.send(all.substring(from, Math.min(all.length(), from + step)));
        }
        client.conn.closeWrite();
      } catch (IOException e) {
        // refused before all of it was sent
      }
      FramingCases.check(each, FramingCases.outcomes(client.readAllBeforeReset()));
    }
  }
}
