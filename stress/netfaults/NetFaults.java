import dev.weft.Weft;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * What Weft does when the network fails: {@code NetFaults FIFO ANSWERS ADDRESS CERTIFICATE FOLDER},
 * where {@code NetFaults serve ADDRESS CERTIFICATE} is behind the link that the FIFOs control,
 * CERTIFICATE is a folder with cert.pem and key.pem, and FOLDER is on a file system of a megabyte.
 * Prints each case with its outcome; ends with 1 when one has another outcome than it should have,
 * or descriptors are left over.
 */
public final class NetFaults {
  private static boolean failed;

  private NetFaults() {}

  interface Case {
    String outcome() throws Exception;
  }

  public static void main(String[] arguments) throws Exception {
    if (arguments[0].equals("serve")) {
      FaultServer.serve(arguments[1], Path.of(arguments[2]));
      return;
    }
    Link.open(Path.of(arguments[0]), Path.of(arguments[1]));
    LinkFaults.use(arguments[2], Path.of(arguments[4]));
    LinkFaults.echo(1); // opens what stays open
    List<TlsFaults> tls = TlsFaults.all(arguments[2], Path.of(arguments[3]));
    long before = descriptors();
    long goroutines = Weft.stats().goroutines().live();
    check("loss, delay and reordering", "intact, with retransmits", LinkFaults::lossyLink);
    check("delay beyond a deadline", "time-out, then the answer", LinkFaults::slowAnswer);
    check("dial into a black hole", "time-out", LinkFaults::dialBlackHole);
    check("write into a black hole", "connection timed out", LinkFaults::writeIntoBlackHole);
    check("read from a dead peer", "connection timed out", LinkFaults::readFromDeadPeer);
    check("copy into a black hole", "connection timed out", LinkFaults::copyIntoBlackHole);
    check("datagrams longer than the MTU", "intact", LinkFaults::longDatagrams);
    check("no local port left", "said so, and free again", LinkFaults::noPortLeft);
    check("disk full on socket to file", "no space left on device, counted", LinkFaults::diskFull);
    check("source reset in the middle", "connection reset by peer, counted", CopyFaults::resetSource);
    check("target reset in the middle", "failed, counted", CopyFaults::resetTarget);
    check("target that stops reading", "time-out, counted", CopyFaults::stoppedTarget);
    check("a byte at a time", "intact", CopyFaults::byteAtATime);
    check("no descriptor left for a pipe", "intact", CopyFaults::noPipe);
    check("a device without space", "no space left on device", CopyFaults::fullDevice);
    for (TlsFaults each : tls) {
      each.check();
    }
    check("descriptors", "as before", () -> descriptorsAfterwards(before));
    check("goroutines", "as before", () -> goroutinesAfterwards(goroutines));
    System.exit(failed ? 1 : 0);
  }

  static void check(String name, String expected, Case one) throws Exception {
    Link.set(Link.NOTHING);
    long begin = System.nanoTime();
    String outcome;
    try {
      outcome = one.outcome();
    } catch (UnsupportedOperationException e) {
      System.out.printf("skip %-38s %s%n", name, e.getMessage());
      return;
    } catch (Exception | AssertionError e) {
      outcome = e.toString();
    }
    boolean good = outcome.equals(expected);
    failed |= !good;
    System.out.printf(
        "%-4s %-38s %s (%d ms)%n",
        good ? "ok" : "FAIL", name, outcome, (System.nanoTime() - begin) / 1_000_000);
  }

  private static long descriptors() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.count();
    }
  }

  /** Pipes for splicing are kept for some seconds. */
  private static String descriptorsAfterwards(long before) throws Exception {
    for (long end = System.nanoTime() + Outcome.PATIENCE.toNanos(); System.nanoTime() < end; ) {
      if (descriptors() <= before) {
        return "as before";
      }
      Weft.sleep(Duration.ofMillis(100));
    }
    return descriptors() - before + " more";
  }

  private static String goroutinesAfterwards(long before) throws Exception {
    for (long end = System.nanoTime() + Outcome.PATIENCE.toNanos(); System.nanoTime() < end; ) {
      if (Weft.stats().goroutines().live() <= before) {
        return "as before";
      }
      Weft.sleep(Duration.ofMillis(100));
    }
    return Weft.stats().goroutines().live() - before + " more";
  }
}
