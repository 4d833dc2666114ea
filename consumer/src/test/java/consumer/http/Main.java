package consumer.http;

import dev.weft.http.client.HttpClient;
import dev.weft.http.server.HttpServer;
import dev.weft.net.Listener;

/** Serves a word and asks for it. */
public final class Main {
  private Main() {}

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    try (HttpServer server =
        HttpServer.builder().handler((request, response) -> response.send("ok")).build()) {
      Listener listener = server.listen("127.0.0.1:0");
      try (HttpClient client = HttpClient.create()) {
        System.out.println(client.get("http:/" + listener.localAddress()).text());
      }
    }
  }
}
