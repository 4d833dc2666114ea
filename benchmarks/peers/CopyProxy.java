import dev.weft.Weft;
import dev.weft.io.Copy;
import dev.weft.net.Conn;
import dev.weft.net.Net;
import java.util.concurrent.CountDownLatch;

/** CopyProxy PORT TARGET copy|buffer: copies one connection after another to the target. */
public final class CopyProxy {
  private CopyProxy() {}

  public static void main(String[] arguments) throws Exception {
    boolean buffered = arguments[2].equals("buffer");
    Weft.go(() -> {
      try (var listener = Net.listen("tcp", "127.0.0.1:" + arguments[0])) {
        while (true) {
          try (Conn from = listener.accept();
              Conn to = Net.dial("tcp", "127.0.0.1:" + arguments[1])) {
            if (buffered) {
              byte[] buffer = new byte[64 * 1024];
              for (int n; (n = from.read(buffer)) != -1; ) {
                to.write(buffer, 0, n);
              }
            } else {
              Copy.copy(to, from);
            }
          }
        }
      }
    });
    new CountDownLatch(1).await();
  }
}
