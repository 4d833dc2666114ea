package dev.weft.http.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.weft.Weft;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server that sends what a test says, byte for byte. */
public final class RawServer implements AutoCloseable {
  /** What happens on one connection, which is closed afterwards. */
  @FunctionalInterface
  public interface Script {
    void run(Peer peer) throws Exception;
  }

  public final int port;
  public final List<String> requests = new CopyOnWriteArrayList<>();
  private final Listener listener;
  private final List<Conn> conns = new CopyOnWriteArrayList<>();

  public RawServer(Script script) throws IOException {
    listener = Net.listen("tcp", "127.0.0.1:0");
    port = ((InetSocketAddress) listener.localAddress()).getPort();
    Weft.go(() -> {
      try {
        while (true) {
          Conn conn = listener.accept();
          conns.add(conn);
          Weft.go(() -> {
            try (conn) {
              script.run(new Peer(conn));
            } catch (IOException e) {
              // the client closed the connection
            }
          });
        }
      } catch (IOException e) {
        // closed
      }
    });
  }

  /** Answers every request of a connection with the same bytes. */
  public static RawServer answering(String response) throws IOException {
    return new RawServer(peer -> {
      while (!peer.readHead().isEmpty()) {
        peer.send(response);
      }
    });
  }

  /** Answers one request on each connection, and closes it. */
  public static RawServer answeringOnce(String response) throws IOException {
    return new RawServer(peer -> {
      peer.readHead();
      peer.send(response);
    });
  }

  public String uri(String path) {
    return "http://127.0.0.1:" + port + path;
  }

  public int connections() {
    return conns.size();
  }

  @Override
  public void close() {
    listener.close();
    conns.forEach(Conn::close);
  }

  /** The server's end of a connection. */
  public final class Peer {
    public final Conn conn;

    Peer(Conn conn) {
      this.conn = conn;
    }

    public int port() {
      return port;
    }

    /** Reads a request's head, byte by byte; empty when the client has closed. */
    public String readHead() throws IOException {
      StringBuilder head = new StringBuilder();
      byte[] one = new byte[1];
      while (head.indexOf("\r\n\r\n") < 0) {
        if (conn.read(one) < 0) {
          return "";
        }
        head.append((char) one[0]);
      }
      requests.add(head.toString());
      return head.toString();
    }

    public String read(int count) throws IOException {
      return new String(conn.inputStream().readNBytes(count), ISO_8859_1);
    }

    public void send(String text) throws IOException {
      conn.write(text.getBytes(ISO_8859_1));
    }
  }
}
