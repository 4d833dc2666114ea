import dev.weft.Weft;
import dev.weft.io.Copy;
import dev.weft.net.Conn;
import dev.weft.net.Datagram;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.net.UdpConn;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** The side of the link without faults of its own: echoes, endless bytes, connections that it closes first. */
final class FaultServer {
  private FaultServer() {}

  static void serve(String address, Path certificate) throws Exception {
    Weft.go(() -> accept(Net.listen("tcp", address + ":7000"), conn -> Copy.copy(conn, conn)));
    Weft.go(() -> accept(Net.listen("tcp", address + ":7001"), FaultServer::feed));
    Weft.go(() -> accept(Net.listen("tcp", address + ":7002"), conn -> conn.read(new byte[1])));
    Weft.go(() -> echoDatagrams(Net.listenPacket("udp", address + ":7000")));
    TlsFaults.serve(address, certificate);
    System.out.println("serving");
    new CountDownLatch(1).await();
  }

  interface Handler {
    void handle(Conn conn) throws IOException;
  }

  static void accept(Listener listener, Handler handler) throws IOException {
    while (true) {
      Conn conn = listener.accept();
      Weft.go(() -> {
        try (conn) {
          handler.handle(conn);
        } catch (IOException e) {
          // The link is a black hole.
        }
      });
    }
  }

  private static void feed(Conn conn) throws IOException {
    byte[] bytes = new byte[64 * 1024];
    while (true) {
      conn.write(bytes);
    }
  }

  private static void echoDatagrams(UdpConn conn) throws IOException {
    while (true) {
      try (Datagram datagram = conn.receive()) {
        conn.reply(datagram);
      }
    }
  }
}
