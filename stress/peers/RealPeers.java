import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.weft.Weft;
import dev.weft.io.Copy;
import dev.weft.net.Conn;
import dev.weft.net.Datagram;
import dev.weft.net.ListenConfig;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.net.UdpConn;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Weft's ends of conversations with programs that know nothing of it: {@code RealPeers serve FOLDER TARGET} serves until it is
 * killed, and forwards connections to the Unix socket TARGET; {@code RealPeers ask NETWORK ADDRESS TEXT} sends the text, half-closes, and prints what comes back.
 */
public final class RealPeers {
  private RealPeers() {}

  public static void main(String[] arguments) throws Exception {
    if (arguments[0].equals("ask")) {
      try (Conn conn = Net.dial(arguments[1], arguments[2])) {
        conn.write(arguments[3].getBytes(US_ASCII));
        conn.closeWrite();
        System.out.print(new String(conn.inputStream().readAllBytes(), US_ASCII));
      }
      return;
    }
    Listener tcp = Net.listen("tcp", "127.0.0.1:0");
    Listener unix = Net.listen("unix", arguments[1] + "/count.sock");
    UdpConn names = Net.listenPacket("udp", "127.0.0.1:0");
    Listener forward = Net.listen("tcp", "127.0.0.1:0");
    ServerSocket store = ListenConfig.DEFAULT.serverSocketFactory().createServerSocket(0);
    for (Listener listener : List.of(tcp, unix)) {
      Weft.go(() -> {
        while (true) {
          Conn conn = listener.accept();
          Weft.go(() -> count(conn));
        }
      });
    }
    Weft.go(() -> {
      while (true) {
        Conn conn = forward.accept();
        Weft.go(() -> forward(conn, arguments[2]));
      }
    });
    Weft.go(() -> resolve(names));
    Weft.go(() -> {
      Map<String, byte[]> values = new HashMap<>();
      while (true) {
        Socket socket = store.accept();
        Weft.go(() -> store(socket, values));
      }
    });
    System.out.println(
        ((InetSocketAddress) tcp.localAddress()).getPort()
            + " "
            + names.localAddress().getPort()
            + " "
            + store.getLocalPort()
            + " "
            + ((InetSocketAddress) forward.localAddress()).getPort());
    Thread.currentThread().join();
  }

  /** Answers only when the peer has ended its stream: how many bytes that had. */
  private static void count(Conn conn) throws IOException {
    try (conn) {
      byte[] buffer = new byte[64 * 1024];
      long count = 0;
      for (int n; (n = conn.read(buffer)) != -1; ) {
        count += n;
      }
      conn.write((count + " bytes\n").getBytes(US_ASCII));
    }
  }

  private static void forward(Conn conn, String target) throws IOException {
    try (conn;
        Conn server = Net.dial("unix", target)) {
      Copy.duplex(conn, server);
    }
  }

  /** A name server that has the address 192.0.2.1 for every name (RFC 1035). */
  private static void resolve(UdpConn conn) throws IOException {
    while (true) {
      try (Datagram question = conn.receive()) {
        ByteBuffer asked = question.payloadBuffer();
        int end = 12;
        while (asked.get(end) != 0) {
          end += 1 + asked.get(end);
        }
        end += 5; // the root label, type and class
        ByteBuffer answer = ByteBuffer.allocate(end + 16);
        answer.putShort(asked.getShort(0)).putShort((short) 0x8180);
        answer.putShort((short) 1).putShort((short) 1).putInt(0);
        answer.put(asked.slice(12, end - 12));
        answer.putShort((short) 0xC00C).putShort((short) 1).putShort((short) 1).putInt(60);
        answer.putShort((short) 4).put(new byte[] {(byte) 192, 0, 2, 1});
        conn.send(answer.flip(), question.sender());
      }
    }
  }

  /** As much of Redis as redis-benchmark needs, over the sockets that factories of Weft make. */
  private static void store(Socket socket, Map<String, byte[]> values) throws IOException {
    try (socket) {
      DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      OutputStream out = socket.getOutputStream();
      for (byte[][] words; (words = readCommand(in)) != null; ) {
        String command = new String(words[0], US_ASCII).toUpperCase();
        synchronized (values) {
          switch (command) {
            case "PING" -> out.write("+PONG\r\n".getBytes(US_ASCII));
            case "SET" -> {
              values.put(new String(words[1], US_ASCII), words[2]);
              out.write("+OK\r\n".getBytes(US_ASCII));
            }
            case "GET" -> {
              byte[] value = values.getOrDefault(new String(words[1], US_ASCII), new byte[0]);
              out.write(("$" + value.length + "\r\n").getBytes(US_ASCII));
              out.write(value);
              out.write("\r\n".getBytes(US_ASCII));
            }
            default -> out.write("-ERR unknown command\r\n".getBytes(US_ASCII));
          }
        }
      }
    }
  }

  private static byte[][] readCommand(DataInputStream in) throws IOException {
    String head = readLine(in);
    if (head == null) {
      return null;
    }
    byte[][] words = new byte[Integer.parseInt(head.substring(1))][];
    for (int i = 0; i < words.length; i++) {
      words[i] = new byte[Integer.parseInt(readLine(in).substring(1))];
      in.readFully(words[i]);
      in.skipNBytes(2);
    }
    return words;
  }

  private static String readLine(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c; (c = in.read()) != '\r'; line.append((char) c)) {
      if (c == -1) {
        return null;
      }
    }
    in.read();
    return line.toString();
  }
}
