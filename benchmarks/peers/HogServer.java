import dev.weft.Weft;
import dev.weft.net.Net;
import java.io.IOException;

/** HogServer PORT [HOGS]: an echo server; after 1.5 s, HOGS goroutines (default: 2 x processors) that never stop computing. */
final class HogServer {
  static volatile long sink;

  public static void main(String[] args) throws Exception {
    int hogs = args.length > 1 ? Integer.parseInt(args[1]) : 2 * Runtime.getRuntime().availableProcessors();
    var listener = Net.listen("tcp", "127.0.0.1:" + args[0]);
    Weft.go(
        () -> {
          while (true) {
            var conn = listener.accept();
            Weft.go(
                () -> {
                  try (conn) {
                    var buffer = new byte[4096];
                    for (int n; (n = conn.read(buffer)) != -1; ) {
                      conn.write(buffer, 0, n);
                    }
                  } catch (IOException e) {
                    // the peer has gone
                  }
                });
          }
        });
    Thread.sleep(1500);
    for (int i = 0; i < hogs; i++) {
      Weft.go(
          () -> {
            for (long x = 0; ; x++) {
              if ((x & 0xfffffff) == 0) {
                sink = x;
              }
            }
          });
    }
    Thread.currentThread().join();
  }
}
