package dev.weft.examples;

import static dev.weft.Weft.go;

import dev.weft.net.Conn;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.net.tls.TlsConfig;
import dev.weft.net.tls.TlsConn;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A server and a client of TLS. The server's code knows only {@link Conn}: TLS is in the listener.
 *
 * <p>Needs a certificate for localhost, and its key, as PEM files:
 *
 * <pre>
 *   openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -keyout key.pem -out cert.pem \
 *       -subj /CN=localhost -addext subjectAltName=DNS:localhost
 * </pre>
 */
final class TlsEcho {
  private TlsEcho() {}

  static void main(String[] args) throws IOException {
    Path cert = Path.of(args.length > 0 ? args[0] : "cert.pem");
    Path key = Path.of(args.length > 1 ? args[1] : "key.pem");
    var server = TlsConfig.builder().certificateFiles(cert, key).build();
    var client = TlsConfig.builder().trustFile(cert).build();
    try (var listener = server.listener(Net.listen("tcp", "localhost:0"))) {
      go(() -> serve(listener));
      var port = ((InetSocketAddress) listener.localAddress()).getPort();
      for (int i = 0; i < 2; i++) {
        try (TlsConn conn = client.dial("localhost:" + port)) {
          talk(conn);
        }
      }
    }
    System.out.println("the server has seen " + server.stats());
  }

  private static void serve(Listener listener) throws IOException {
    try {
      while (true) {
        Conn conn = listener.accept(); // makes no handshake: the first read does
        go(() -> echo(conn));
      }
    } catch (ClosedChannelException e) {
      // The program ends.
    }
  }

  private static void echo(Conn conn) {
    try (conn) {
      var buffer = new byte[4096];
      for (int n; (n = conn.read(buffer)) != -1; ) {
        conn.write(buffer, 0, n);
      }
    } catch (IOException e) {
      // The handshake failed, or the peer has cut its stream off.
      System.err.println(e.getMessage());
    }
  }

  private static void talk(TlsConn conn) throws IOException {
    conn.handshake(); // or by the first write; fails when the certificate is not for "localhost"
    System.out.println(
        conn.protocol()
            + ", "
            + conn.session().getCipherSuite()
            + (conn.isResumed() ? ", resumed" : ", a full handshake"));
    conn.write("hello".getBytes(StandardCharsets.UTF_8));
    conn.closeWrite(); // sends close_notify: the server reads the end of the stream
    System.out.println(new String(conn.inputStream().readAllBytes(), StandardCharsets.UTF_8));
  }
}
