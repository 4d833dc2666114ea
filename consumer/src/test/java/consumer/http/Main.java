package consumer.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.http.HttpServer;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import java.util.List;

/** Serves a word and asks for it. */
public final class Main {
  private Main() {}

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    try (HttpServer server =
        HttpServer.builder().handler((request, response) -> response.send("ok")).build()) {
      Listener listener = server.listen("127.0.0.1:0");
      try (Conn conn = Net.dial(listener.localAddress())) {
        conn.write("GET / HTTP/1.0\r\n\r\n".getBytes(UTF_8));
        String answer = new String(conn.inputStream().readAllBytes(), UTF_8);
        System.out.println(List.of(answer.split("\r\n\r\n")).getLast());
      }
    }
  }
}
