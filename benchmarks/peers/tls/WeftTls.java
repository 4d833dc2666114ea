import dev.weft.Weft;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.net.tls.TlsConfig;
import dev.weft.net.tls.TlsProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * {@code WeftTls PORT ENGINE FOLDER}: echoes over TLS with Weft, by the engine {@code jdk} or {@code boringssl}; with {@code
 * none}, over TCP.
 */
public final class WeftTls {
  private WeftTls() {}

  public static void main(String[] arguments) throws Exception {
    Listener listener = Net.listen("tcp", "127.0.0.1:" + arguments[0]);
    if (!arguments[1].equals("none")) {
      listener = tls(arguments[1], Path.of(arguments[2])).listener(listener);
    }
    System.out.println("serving");
    while (true) {
      Conn conn = listener.accept();
      Weft.go(() -> echo(conn));
    }
  }

  private static TlsConfig tls(String engine, Path folder) throws IOException {
    return TlsConfig.builder()
        .provider(TlsProvider.valueOf(engine.toUpperCase(Locale.ROOT)))
        .certificateFiles(folder.resolve("cert.pem"), folder.resolve("key.pem"))
        .build();
  }

  private static void echo(Conn conn) {
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
