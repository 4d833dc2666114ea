import dev.weft.Weft;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.net.tls.TlsConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A target that echoes, and resets all its connections, but goes on accepting, for each line of its
 * standard input: {@code Target ADDRESS [CERTIFICATE KEY]}; with the PEM files it speaks TLS.
 */
public final class Target {
  private static final Set<Conn> OPEN = ConcurrentHashMap.newKeySet();

  private Target() {}

  public static void main(String[] arguments) throws IOException {
    TlsConfig tls =
        arguments.length < 3
            ? null
            : TlsConfig.builder()
                .certificateFiles(Path.of(arguments[1]), Path.of(arguments[2]))
                .build();
    Listener listener = Net.listen("tcp", arguments[0]);
    Weft.go(() -> {
      while (true) {
        Conn conn = listener.accept();
        Weft.go(() -> echo(tls == null ? conn : tls.server(conn)));
      }
    });
    System.out.println("serving");
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
    while (lines.readLine() != null) {
      OPEN.forEach(Conn::abort);
    }
    System.exit(0);
  }

  private static void echo(Conn conn) {
    OPEN.add(conn);
    try (conn) {
      byte[] bytes = new byte[4096];
      for (int n; (n = conn.read(bytes)) >= 0; ) {
        conn.write(bytes, 0, n);
      }
    } catch (IOException e) {
      // It was reset, or a check has gone.
    } finally {
      OPEN.remove(conn);
    }
  }
}
