package dev.weft.net;

import dev.weft.Weft;
import dev.weft.io.FileHandle;
import java.nio.file.Path;

/** Uses everything once where system calls are denied. */
final class DeniedProgram {
  private DeniedProgram() {}

  public static void main(String[] args) throws Exception {
    Thread program =
        Weft.go(() -> {
          try (Loopback pair = tcp()) {
            pair.client().write(new byte[] {1});
            System.out.println("tcp=" + pair.server().read(new byte[2]));
          }
          try (UdpPair pair = UdpPair.open()) {
            pair.client().write(new byte[] {1, 2});
            try (Datagram datagram = pair.server().receive()) {
              System.out.println("udp=" + datagram.payload().byteSize());
              pair.server().reply(datagram);
            }
            pair.client().read(new byte[2]);
          }
          try (FileHandle file = FileHandle.open(Path.of(args[0]))) {
            System.out.println("file=" + file.read(new byte[100]));
          }
        });
    program.join();
    System.out.println("poller: " + Weft.info().poller());
    System.out.println("epoll: " + Weft.info().pollers().get("epoll"));
  }

  private static Loopback tcp() throws Exception {
    try (TcpListener listener = Net.listenTcp("tcp4", "127.0.0.1:0")) {
      TcpConn client = Net.dialTcp("tcp", "127.0.0.1:" + listener.localAddress().getPort());
      return new Loopback(client, listener.accept());
    }
  }
}
