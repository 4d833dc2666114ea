package dev.weft.debug;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Each fault of a program is found and named at its line, and the same program without faults shows
 * none. Depends on Weft's own scheduler and on {@code -Djdk.trackAllThreads=false}.
 */
final class FaultsTest {
  private static final String HERE = Faults.class.getName() + ".";

  private Debug debug;

  @BeforeEach
  void serve() throws Exception {
    debug = Debug.serve(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  @AfterEach
  void close() {
    debug.close();
  }

  private String await(String path, Predicate<String> until) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    String text;
    while (!until.test(text = Http.text(debug.address(), path))) {
      assertThat(System.nanoTime()).as(text).isLessThan(end);
    }
    return text;
  }

  private void awaitSample(String path, String method, int line) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (true) {
      ParsedProfile profile = new ParsedProfile(Http.bytes(debug.address(), path));
      for (ParsedProfile.Sample each : profile.samples) {
        int at = each.functions().indexOf(HERE + method);
        if (at >= 0 && each.lines().get(at) == line) {
          return;
        }
      }
      assertThat(System.nanoTime()).as(profile.samples.toString()).isLessThan(end);
    }
  }

  /** A paragraph with all of these. */
  private static Predicate<String> paragraph(String... parts) {
    return text ->
        List.of(text.split("\n\n")).stream()
            .anyMatch(each -> List.of(parts).stream().allMatch(each::contains));
  }

  @Test
  void eachFaultIsNamedAtItsLine() throws Exception {
    try (Faults faults = new Faults(true)) {
      Debug.watch("faulty", faults.pool());
      faults.run();
      String leaks = "/debug/pprof/goroutineleak?debug=1";
      await(leaks, text -> text.contains("receive\tFaults.java"));
      await(
          leaks,
          paragraph(
              "1 @ chan receive (leaked)", HERE + "receive\t" + faults.at("leak by channel")));
      await(leaks, text -> text.contains("answerLate"));
      await(
          leaks,
          paragraph(
              "1 @ chan send (leaked)",
              HERE + "answerLate\t" + faults.at("leak by lost deadline")));

      String locks = "/debug/pprof/deadlock?debug=1";
      String text =
          await(
              locks,
              paragraph("deadlock of 2 threads", HERE + "monitorFirst\t", HERE + "enterMonitor\t"));
      assertThat(text).contains("deadlocks: 1\n");
      assertThat(text)
          .contains(faults.at("lock in monitor"))
          // The JVM names the line behind a monitor that an unmounted thread waits to enter.
          .contains("Faults.java:" + (faults.line("monitor under lock") + 1));
      await(
          locks,
          paragraph(
              "1 wait for java.util.concurrent.locks.ReentrantLock@",
              "[chan receive]",
              HERE + "receiveUnderLock\t" + faults.at("channel under lock"),
              HERE + "sendUnderLock\t" + faults.at("lock before channel")));

      awaitSample("/debug/pprof/hog?seconds=0.2", "compute", faults.line("hog"));
      awaitSample("/debug/pprof/block?seconds=0.2", "takeTurns", faults.line("convoy"));

      text =
          await(
              "/debug/leaks?blocked=100ms",
              all -> all.contains("connections in CLOSE_WAIT that are not read: 1\n"));
      assertThat(text)
          .matches(
              paragraph(
                  "; last read by goroutine ",
                  "[chan receive]",
                  HERE + "serve\t" + faults.at("close wait")))
          .matches(
              paragraph(
                  "a connection of the pool faulty to ", HERE + "lease\t" + faults.at("lease")))
          .matches(paragraph(HERE + "lookUp\t" + faults.at("slow resolver")));
    }
  }

  @Test
  void theSameProgramWithoutFaultsShowsNone() throws Exception {
    long leakedBefore = leaked();
    try (Faults faults = new Faults(false)) {
      Debug.watch("faultless", faults.pool());
      faults.run();
      String text =
          await(
              "/debug/leaks?blocked=0s",
              all -> !all.substring(all.indexOf("deadlocks: ")).contains(HERE));
      assertThat(text)
          .contains("deadlocks: 0\n")
          .contains("leases that last too long: 0\n")
          .doesNotContain(faults.address());
      assertThat(leaked()).isEqualTo(leakedBefore);
    }
  }

  /** How many goroutines of this program, and of the one before, have leaked so far. */
  private long leaked() throws Exception {
    ParsedProfile profile =
        new ParsedProfile(Http.bytes(debug.address(), "/debug/pprof/goroutineleak"));
    return profile.samples.stream()
        .filter(each -> each.functions().stream().anyMatch(name -> name.startsWith(HERE)))
        .mapToLong(each -> each.values().getFirst())
        .sum();
  }
}
