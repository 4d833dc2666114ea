import dev.weft.Weft;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** Clients at work for a time, and the judgement of what they report. */
final class Load {
  private Load() {}

  /** Returns whether everything was right, and enough. */
  static boolean run(int port, int seconds, int connections, int rate) throws Exception {
    CountDownLatch connected = new CountDownLatch(connections);
    CompletableFuture<Long> end = new CompletableFuture<>();
    Thread[] clients = new Thread[connections];
    for (int i = 0; i < connections; i++) {
      var random = new SplittableRandom(i);
      clients[i] = Weft.go(() -> new Client(port, random).run(connected, end));
    }
    connected.await();
    long begin = System.nanoTime();
    end.complete(begin + Duration.ofSeconds(seconds).toNanos());
    for (Thread client : clients) {
      client.join();
    }
    double took = (System.nanoTime() - begin) / 1e9;
    System.out.printf(
        "%d answers (%.0f a second), %d MiB compared, %d connections, %d broken off on purpose, %d"
            + " failures%n",
        Tally.ANSWERS.sum(),
        Tally.ANSWERS.sum() / took,
        Tally.COMPARED.sum() >> 20,
        Tally.CONNECTIONS.sum(),
        Tally.BROKEN_OFF.sum(),
        Tally.FAILURES.sum());
    System.out.printf(
        "%d pipelines of up to 16 short answers: median %d us, 99th percentile %d us, 99.9th %d us%n",
        Tally.TIMES.count(),
        Tally.TIMES.percentile(0.5),
        Tally.TIMES.percentile(0.99),
        Tally.TIMES.percentile(0.999));
    boolean enough =
        Tally.ANSWERS.sum() > 0
            && Tally.IDLE_CLIENTS.sum() == 0
            && Tally.BROKEN_OFF.sum() > 0
            && Tally.ANSWERS.sum() / took >= rate;
    if (!enough) {
      System.out.println(
          "fewer answers, or connections broken off, than there must be; clients without an answer: "
              + Tally.IDLE_CLIENTS);
    }
    return Tally.FAILURES.sum() == 0 && enough;
  }
}
