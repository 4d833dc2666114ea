package dev.weft.cli.proxy.report;

import static dev.weft.cli.proxy.ProxyTester.address;
import static dev.weft.cli.proxy.ProxyTester.down;
import static dev.weft.cli.proxy.ProxyTester.eventually;
import static dev.weft.cli.proxy.ProxyTester.passesAll;
import static dev.weft.cli.proxy.ProxyTester.passesOne;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.weft.cli.proxy.ProxyTester;
import dev.weft.cli.proxy.forward.Ending;
import dev.weft.cli.proxy.forward.TcpProxy;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatisticsTest {
  private final ProxyTester tester = new ProxyTester();

  @AfterEach
  void close() throws Exception {
    tester.close();
  }

  @Test
  void theyAreJsonOverHttp() throws Exception {
    String echo = tester.echo();
    String down = down();
    TcpProxy proxy = tester.proxy("--balance round-robin", down, echo);
    passesAll(address(proxy));
    eventually("it has ended", () -> proxy.totals().ended(Ending.DONE) == 1);
    eventually("it is closed, after it was counted", () -> proxy.openConnections() == 0);
    passesOne(tester.dial(proxy));
    // The answer may come back before the proxy has counted what it answers.
    eventually("the byte is counted", () -> proxy.sent() == 300_018);
    Listener listener = Net.listen("tcp", "127.0.0.1:0");
    tester.closing(new Statistics(proxy, listener));
    String answer;
    try (var conn = Net.dial(listener.localAddress())) {
      conn.write("GET / HTTP/1.0\r\n\r\n".getBytes(US_ASCII));
      answer = new String(conn.inputStream().readAllBytes(), US_ASCII);
    }
    assertThat(answer).contains("application/json");
    JsonObject json =
        JsonParser.parseString(answer.substring(answer.indexOf("\r\n\r\n"))).getAsJsonObject();
    JsonObject connections = json.getAsJsonObject("connections");
    assertThat(connections.get("open").getAsInt()).isEqualTo(1);
    assertThat(connections.get("accepted").getAsInt()).isEqualTo(2);
    assertThat(connections.getAsJsonObject("ended").get("done").getAsInt()).isEqualTo(1);
    assertThat(json.getAsJsonObject("bytes").get("sent").getAsInt()).isEqualTo(300_018);
    JsonObject first = json.getAsJsonArray("targets").get(0).getAsJsonObject();
    assertThat(first.get("address").getAsString()).isEqualTo(down);
    assertThat(first.get("up").getAsBoolean()).isFalse();
    assertThat(first.get("failed").getAsInt()).isPositive();
    JsonObject second = json.getAsJsonArray("targets").get(1).getAsJsonObject();
    assertThat(second.get("up").getAsBoolean()).isTrue();
    assertThat(second.get("open").getAsInt()).isEqualTo(1);
  }

  @Test
  void theLiveLineSaysWhatHasHappenedSinceTheLastOne() throws Exception {
    TcpProxy proxy = tester.proxy("", tester.echo());
    StringWriter out = new StringWriter();
    try (LiveLine line = new LiveLine(proxy, new PrintWriter(out))) {
      passesAll(address(proxy));
      eventually("it is shown", () -> out.toString().contains("1 new/s"));
      assertThat(line.next()).endsWith("targets 1 of 1 up");
    }
    assertThat(out.toString()).startsWith("\r\033[K").endsWith("\r\033[K");
  }

  @ParameterizedTest
  @CsvSource({"0, 0 B", "999, 999 B", "1000, 1.0 KiB", "1048576, 1.0 MiB", "5368709120, 5.0 GiB"})
  void bytesHaveUnits(long count, String text) {
    assertThat(LiveLine.bytes(count)).isEqualTo(text);
  }
}
