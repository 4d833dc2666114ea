package dev.weft.examples;

import dev.weft.io.Copy;
import dev.weft.net.Conn;
import dev.weft.net.Net;
import dev.weft.net.limit.Limits;
import dev.weft.net.server.Server;
import java.io.IOException;
import java.time.Duration;

/**
 * Passes connections on to another address. When one side has ended its stream, the other may still
 * answer; when one side fails, the other is reset. At most 1,000 connections, 50 of one peer.
 *
 * <p>With {@code Echo} running, try {@code nc localhost 8000}.
 */
final class Proxy {
  private static final Limits LIMITS = Limits.NONE.maxConnections(1000).maxPerPeer(50);

  private Proxy() {}

  static void main(String[] args) throws IOException, InterruptedException {
    String from = args.length > 0 ? args[0] : ":8000";
    String to = args.length > 1 ? args[1] : "localhost:7000";
    try (var server = new Server(client -> pass(client, to))) {
      var listener = LIMITS.on(Net.listen("tcp", from));
      System.out.println("proxy listens on " + listener.localAddress() + " for " + to);
      server.serve(listener);
    }
  }

  private static void pass(Conn client, String to) throws IOException {
    try (var target = Net.dial("tcp", to, Duration.ofSeconds(5))) {
      Copy.duplex(client, target);
    }
  }
}
