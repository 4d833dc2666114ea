package dev.weft.net;

import dev.weft.context.Context;
import java.io.IOException;
import java.time.Duration;

/** Dials a name whose first address does not answer and whose second does, for a context. */
final class SilentAddressProgram {
  private SilentAddressProgram() {}

  public static void main(String[] args) throws IOException {
    try (FullBacklog silent = new FullBacklog();
        TcpListener listener =
            Net.listenTcp("tcp4", "127.0.0.2:" + silent.socketAddress().getPort());
        var context = Context.background().withTimeout(Duration.ofSeconds(6));
        Conn dialled = Net.dial(context, "tcp4", args[0] + ":" + silent.socketAddress().getPort());
        Conn accepted = listener.accept()) {
      accepted.write(new byte[] {42});
      byte[] answer = new byte[1];
      dialled.read(answer);
      System.out.println("answer=" + answer[0]);
    }
  }
}
