import dev.weft.Weft;
import dev.weft.net.Net;
import dev.weft.net.tls.TlsConfig;
import dev.weft.net.tls.TlsConn;
import dev.weft.net.tls.TlsListener;
import dev.weft.net.tls.TlsProvider;
import java.io.IOException;
import java.nio.file.Path;

/** {@code WeftTls PORT ENGINE FOLDER}: echoes over TLS with Weft, by the engine {@code jdk} or {@code boringssl}. */
public final class WeftTls {
  private WeftTls() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[2]);
    TlsConfig tls =
        TlsConfig.builder()
            .provider(TlsProvider.valueOf(arguments[1].toUpperCase(java.util.Locale.ROOT)))
            .certificateFiles(folder.resolve("cert.pem"), folder.resolve("key.pem"))
            .build();
    TlsListener listener = tls.listener(Net.listen("tcp", "127.0.0.1:" + arguments[0]));
    System.out.println("serving");
    while (true) {
      TlsConn conn = listener.accept();
      Weft.go(() -> echo(conn));
    }
  }

  private static void echo(TlsConn conn) {
    try (conn) {
      byte[] buffer = new byte[16 * 1024];
      for (int n; (n = conn.read(buffer)) != -1; ) {
        conn.write(buffer, 0, n);
      }
    } catch (IOException e) {
      // the load has gone
    }
  }
}
