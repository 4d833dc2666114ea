package consumer.sockets;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.Weft;
import dev.weft.net.ListenConfig;
import dev.weft.net.socket.WeftSocketFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Sends a word between the JDK's sockets, whose connections are Weft's. */
public final class Main {
  private Main() {}

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    InetAddress local = InetAddress.getLoopbackAddress();
    try (ServerSocket listener =
        ListenConfig.DEFAULT.serverSocketFactory().createServerSocket(0, 10, local)) {
      Weft.go(() -> {
        try (Socket server = listener.accept()) {
          server.getOutputStream().write("ok".getBytes(UTF_8));
        }
      });
      try (Socket client = new WeftSocketFactory().createSocket(local, listener.getLocalPort())) {
        client.setSoTimeout(60_000);
        System.out.println(new String(client.getInputStream().readAllBytes(), UTF_8));
      }
    }
  }
}
