package consumer.debug;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.debug.Debug;
import dev.weft.net.Conn;
import dev.weft.net.Net;

/** Serves the debug endpoints and asks for the goroutines. */
public final class Main {
  private Main() {}

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    try (Debug debug = Debug.serve("127.0.0.1:0");
        Conn conn = Net.dial(debug.address())) {
      conn.write("GET /debug/pprof/goroutine?debug=1 HTTP/1.0\r\n\r\n".getBytes(UTF_8));
      String answer = new String(conn.inputStream().readAllBytes(), UTF_8);
      System.out.println(answer.contains("goroutine profile: total ") ? "ok" : answer);
    }
  }
}
