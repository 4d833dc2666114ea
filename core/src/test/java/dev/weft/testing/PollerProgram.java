package dev.weft.testing;

import dev.weft.Weft;
import dev.weft.net.Conn;
import dev.weft.net.Net;
import dev.weft.net.TcpListener;

/** Says which poller it has, and that it works. */
public final class PollerProgram {
  private PollerProgram() {}

  public static void main(String[] args) throws Exception {
    // A jar is open from the beginning; a class from a folder takes a descriptor to be loaded.
    Class.forName("dev.weft.internal.sys.Errno");
    try (TcpListener listener = Net.listenTcp("tcp4", "127.0.0.1:0");
        Conn client = Net.dial("tcp4", "127.0.0.1:" + listener.localAddress().getPort());
        Conn server = listener.accept()) {
      server.write(new byte[] {42});
      byte[] answer = new byte[1];
      client.read(answer);
      System.out.println("answer=" + answer[0]);
    }
    System.out.println("poller: " + Weft.info().poller());
    System.out.println("because: " + Weft.info().pollers().get("io_uring"));
  }
}
