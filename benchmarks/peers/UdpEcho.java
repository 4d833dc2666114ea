import dev.weft.Weft;
import dev.weft.net.Datagram;
import dev.weft.net.Net;
import dev.weft.net.UdpConn;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.CountDownLatch;

/** UdpEcho PORT single|batch|jdk: sends datagrams back, one by one, in batches, or with a channel of the JDK. */
public final class UdpEcho {
  private UdpEcho() {}

  public static void main(String[] arguments) throws Exception {
    InetSocketAddress address = new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0]));
    if (arguments[1].equals("jdk")) {
      jdk(address);
    }
    Weft.go(() -> {
      try (UdpConn conn = Net.listenPacket("udp", "127.0.0.1:" + address.getPort())) {
        if (arguments[1].equals("batch")) {
          batch(conn);
        } else {
          single(conn);
        }
      }
    });
    new CountDownLatch(1).await();
  }

  private static void single(UdpConn conn) throws IOException {
    while (true) {
      conn.reply(conn.receive());
    }
  }

  private static void batch(UdpConn conn) throws IOException {
    Datagram[] datagrams = new Datagram[64];
    while (true) {
      conn.reply(datagrams, conn.receive(datagrams));
    }
  }

  private static void jdk(InetSocketAddress address) throws IOException {
    try (DatagramChannel channel = DatagramChannel.open().bind(address)) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(64 * 1024);
      while (true) {
        SocketAddress from = channel.receive(buffer.clear());
        channel.send(buffer.flip(), from);
      }
    }
  }
}
