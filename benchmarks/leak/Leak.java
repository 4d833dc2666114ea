import dev.weft.Weft;
import dev.weft.chan.Chan;
import dev.weft.debug.Debug;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** The same program as leak.go. */
final class Leak {
  private Leak() {}

  private static void answer(Chan<Integer> answers, int n) throws InterruptedException {
    answers.send(n); // LEAK
  }

  private static int first() throws InterruptedException {
    Chan<Integer> answers = Chan.unbuffered();
    for (int i = 0; i < 3; i++) {
      int n = i;
      Weft.go(() -> answer(answers, n));
    }
    return answers.receive();
  }

  public static void main(String[] args) throws Exception {
    try (Debug debug = Debug.serve("127.0.0.1:0")) {
      int sum = 0;
      for (int i = 0; i < 10; i++) {
        sum += first();
      }
      Thread.sleep(100); // until all of them wait
      int port = ((InetSocketAddress) debug.address()).getPort();
      URI page = URI.create("http://127.0.0.1:" + port + "/debug/pprof/goroutineleak?debug=1");
      try (var in = page.toURL().openStream()) {
        System.out.print(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
      System.exit(sum < 0 ? 1 : 0);
    }
  }
}
