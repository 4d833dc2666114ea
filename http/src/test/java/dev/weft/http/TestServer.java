package dev.weft.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.weft.http.server.HttpServer;
import dev.weft.net.Conn;
import dev.weft.net.Net;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.time.Duration;

/** A server on the loopback address, and raw connections to it. */
public final class TestServer implements AutoCloseable {
  public static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
  public static final String GET_CLOSE = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

  public static final Handler HELLO =
      (request, response) -> response.type("text/plain").send("Hello".getBytes(ISO_8859_1));

  public static final Handler ECHO = (request, response) -> response.send(request.readBody());

  public final HttpServer http;
  public final int port;

  public TestServer(Handler handler) throws IOException {
    this(HttpServer.builder().handler(handler));
  }

  public TestServer(HttpServer.Builder builder) throws IOException {
    http = builder.build();
    port = ((InetSocketAddress) http.listen("127.0.0.1:0").localAddress()).getPort();
  }

  public Client dial() throws IOException {
    return new Client(Net.dial("tcp", "127.0.0.1:" + port));
  }

  /** Sends bytes on a connection of their own and ends writing; returns all that comes. */
  public String exchange(String request) throws IOException {
    try (Client client = dial()) {
      client.send(request);
      client.conn.closeWrite();
      return client.readAll();
    }
  }

  @Override
  public void close() {
    http.close();
  }

  /** A connection that knows as much HTTP as it takes to find the end of an answer. */
  public static final class Client implements AutoCloseable {
    public final Conn conn;
    private byte[] left = {};

    public Client(Conn conn) throws IOException {
      this.conn = conn;
      conn.setReadDeadline(Duration.ofSeconds(30));
    }

    public Client send(String text) throws IOException {
      conn.write(text.getBytes(ISO_8859_1));
      return this;
    }

    /**
     * Reads to the end, or to the reset that follows when bytes reach a server that has closed. The
     * kernel gives out what it received before a reset first.
     */
    public String readAllBeforeReset() throws IOException {
      var all = new ByteArrayOutputStream();
      byte[] buffer = new byte[4096];
      try {
        for (int n; (n = conn.read(buffer)) != -1; ) {
          all.write(buffer, 0, n);
        }
      } catch (SocketException e) {
        // reset
      }
      return all.toString(ISO_8859_1);
    }

    public String readAll() throws IOException {
      var all = new ByteArrayOutputStream();
      all.write(left);
      left = new byte[0];
      all.write(conn.inputStream().readAllBytes());
      return all.toString(ISO_8859_1);
    }

    /** Reads up to and with this text. */
    public String readThrough(String end) throws IOException {
      var read = new StringBuilder(new String(left, ISO_8859_1));
      byte[] buffer = new byte[4096];
      int at;
      while ((at = read.indexOf(end)) < 0) {
        int n = conn.read(buffer);
        if (n < 0) {
          throw new IOException("the connection ended after: " + read);
        }
        read.append(new String(buffer, 0, n, ISO_8859_1));
      }
      left = read.substring(at + end.length()).getBytes(ISO_8859_1);
      return read.substring(0, at + end.length());
    }

    /** Reads an answer with a Content-Length; returns head and body. */
    public String readAnswer() throws IOException {
      String head = readThrough("\r\n\r\n");
      int at = head.indexOf("Content-Length: ");
      if (at < 0) {
        return head;
      }
      int length = Integer.parseInt(head.substring(at + 16, head.indexOf('\r', at)));
      return head + readExactly(length);
    }

    public String readExactly(int length) throws IOException {
      var body = new ByteArrayOutputStream();
      body.write(left);
      byte[] buffer = new byte[4096];
      while (body.size() < length) {
        int n = conn.read(buffer);
        if (n < 0) {
          throw new IOException("the connection ended after: " + body);
        }
        body.write(buffer, 0, n);
      }
      String all = body.toString(ISO_8859_1);
      left = all.substring(length).getBytes(ISO_8859_1);
      return all.substring(0, length);
    }

    @Override
    public void close() {
      conn.close();
    }
  }
}
