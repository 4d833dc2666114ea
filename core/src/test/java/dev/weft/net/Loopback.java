package dev.weft.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardSocketOptions;

/** Two connected ends on this machine. */
record Loopback(TcpConn client, TcpConn server) implements AutoCloseable {
  static Loopback connect() throws IOException {
    return connect("tcp4", "127.0.0.1:0");
  }

  static Loopback connect(String network, String address) throws IOException {
    try (TcpListener listener = Net.listenTcp(network, address)) {
      return connect(listener);
    }
  }

  static Loopback connect(TcpListener listener) throws IOException {
    TcpConn client = Net.dialTcp("tcp", address(listener));
    try {
      TcpConn server = listener.accept();
      assertThat(server.remoteAddress()).isEqualTo(client.localAddress());
      return new Loopback(client, server);
    } catch (IOException | RuntimeException | Error e) {
      client.close();
      throw e;
    }
  }

  /** With socket buffers so small that little data fills them. */
  static Loopback withSmallBuffers() throws IOException {
    Loopback pair = connect();
    for (Conn conn : new Conn[] {pair.client, pair.server}) {
      conn.setOption(StandardSocketOptions.SO_SNDBUF, 4096);
      conn.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
    }
    return pair;
  }

  /** Where to dial to reach {@code listener}. */
  static String address(TcpListener listener) {
    int port = listener.localAddress().getPort();
    String host = listener.localAddress().getAddress().getHostAddress();
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }

  /** Makes the peer of {@code conn} see a reset instead of an end. */
  static void reset(Conn conn) throws IOException {
    conn.setOption(StandardSocketOptions.SO_LINGER, 0);
    conn.close();
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
