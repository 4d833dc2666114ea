package dev.weft.debug;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.Weft;
import dev.weft.chan.Chan;
import dev.weft.debug.internal.leak.LeakWatch;
import dev.weft.http.client.ClientRequest;
import dev.weft.http.client.Content;
import dev.weft.http.client.HttpClient;
import dev.weft.internal.track.Tracking;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FlightRecorderTest {
  private static final Duration NEVER_AGAIN = Duration.ofDays(1);

  @TempDir private Path folder;

  private static Path awaitRecording(FlightRecorder recorder) throws Exception {
    eventually("a recording is written", () -> !recorder.recordings().isEmpty());
    return recorder.recordings().getFirst();
  }

  private static String goroutines(Path events) throws IOException {
    return Files.readString(
        events.resolveSibling(events.getFileName().toString().replace(".jfr", ".txt")));
  }

  @Test
  void whatIsWrittenHasTheSchedulerAndTheGoroutinesAndIsListed() throws Exception {
    try (Debug debug = Debug.serve("127.0.0.1:0");
        FlightRecorder recorder = Debug.flightRecorder(folder).files(1).start()) {
      Path first;
      List<RecordedEvent> samples;
      do { // the first event comes after its period
        first = recorder.write("by <hand>");
        samples =
            RecordingFile.readAllEvents(first).stream()
                .filter(event -> event.getEventType().getName().equals("weft.Scheduler"))
                .toList();
      } while (samples.isEmpty());
      assertThat(samples).allSatisfy(event -> assertThat(event.getInt("machines")).isPositive());
      assertThat(goroutines(first)).startsWith("by <hand>\n\ngoroutine profile: total ");
      String page = Http.text(debug.address(), "/debug/flights");
      assertThat(page).contains("by &lt;hand&gt;", first.getFileName().toString());
      assertThat(Http.bytes(debug.address(), "/debug/flights/" + first.getFileName()))
          .isEqualTo(Files.readAllBytes(first));
      assertThat(Http.get(debug.address(), "/debug/flights/other.jfr").statusCode()).isEqualTo(404);

      Path second = recorder.write("again");
      assertThat(recorder.recordings()).containsExactly(second);
      assertThat(first).as("one is kept").doesNotExist();
      recorder.close();
      assertThatThrownBy(() -> recorder.write("late"))
          .isInstanceOf(IOException.class)
          .hasMessage("the flight recorder is closed");
      assertThat(Http.text(debug.address(), "/debug/flights")).contains("No flight recorder runs.");
    }
  }

  private static volatile long sink;

  private static void burn(CountDownLatch until) {
    while (until.getCount() > 0) {
      sink++;
    }
  }

  @Test
  void aGoroutineThatKeepsItsMachineIsWrittenDown() throws Exception {
    CountDownLatch until = new CountDownLatch(1);
    try (FlightRecorder recorder =
        Debug.flightRecorder(folder).onHog(Duration.ofMillis(200)).pause(NEVER_AGAIN).start()) {
      Thread hog = Weft.go(() -> burn(until));
      String text = goroutines(awaitRecording(recorder));
      assertThat(text).startsWith("a goroutine keeps weft-m").contains("FlightRecorderTest.burn");
      until.countDown();
      hog.join();
    }
  }

  @Test
  void waitsToRunAreWrittenDown() throws Exception {
    CountDownLatch until = new CountDownLatch(1);
    try (FlightRecorder recorder =
        Debug.flightRecorder(folder).onWaits(Duration.ofNanos(1)).pause(NEVER_AGAIN).start()) {
      Thread yielding =
          Weft.go(() -> {
            while (until.getCount() > 0) {
              Weft.yield();
            }
          });
      assertThat(goroutines(awaitRecording(recorder))).startsWith("goroutines wait ");
      until.countDown();
      yielding.join();
    }
  }

  @Test
  void openDescriptorsAreWrittenDown() throws Exception {
    try (FlightRecorder recorder =
        Debug.flightRecorder(folder).onOpenDescriptors(1e-9).pause(NEVER_AGAIN).start()) {
      assertThat(goroutines(awaitRecording(recorder))).contains(" file descriptors are open\n");
    }
  }

  private static void waitForNothing() throws InterruptedException {
    Chan.<String>unbuffered().receive();
  }

  @Test
  void aLeakIsWrittenDown() throws Exception {
    Assumptions.assumeTrue(LeakWatch.unavailableBecause() == null, "leaks are not proven here");
    try (FlightRecorder recorder =
        Debug.flightRecorder(folder).onLeak().pause(NEVER_AGAIN).start()) {
      Weft.go(FlightRecorderTest::waitForNothing);
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (recorder.recordings().isEmpty()) {
        assertThat(System.nanoTime()).as("no leak was found").isLessThan(end);
        LeakWatch.collect();
      }
      assertThat(goroutines(recorder.recordings().getFirst())).contains(" goroutines leaked");
    }
  }

  @Test
  void aSignalHasItWrite() throws Exception {
    Path kill = Path.of("/bin/kill");
    Assumptions.assumeTrue(Files.isExecutable(kill), "no kill (Debian: procps)");
    try (FlightRecorder recorder =
        Debug.flightRecorder(folder).onSignal("WINCH").pause(NEVER_AGAIN).start()) {
      new ProcessBuilder(kill.toString(), "-WINCH", String.valueOf(ProcessHandle.current().pid()))
          .start()
          .waitFor();
      assertThat(goroutines(awaitRecording(recorder))).startsWith("signal WINCH\n");
    }
  }

  @Test
  void theJvmsOwnSignalsAreRefused() {
    FlightRecorder.Builder builder = Debug.flightRecorder(folder).onSignal("SEGV");
    assertThatIllegalArgumentException()
        .isThrownBy(builder::start)
        .withMessageStartingWith("SIGSEGV cannot be handled: ");
  }

  @Test
  void thePageHasItWriteButNotForAnotherSite() throws Exception {
    try (Debug debug = Debug.serve("127.0.0.1:0");
        HttpClient client = HttpClient.create()) {
      ClientRequest post =
          ClientRequest.post(Http.url(debug.address(), "/debug/flights"), Content.of(""));
      assertThat(client.send(post).status()).as("none runs").isEqualTo(409);
      try (FlightRecorder recorder = Debug.flightRecorder(folder).start()) {
        assertThat(client.send(post.header("Sec-Fetch-Site", "cross-site")).status())
            .isEqualTo(403);
        assertThat(recorder.recordings()).isEmpty();
        assertThat(client.send(post).text()).contains("by hand");
        assertThat(goroutines(recorder.recordings().getFirst())).startsWith("by hand\n");
      }
    }
  }

  private List<Path> written() throws IOException {
    try (var files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void aRecordingThatCannotBeWrittenLeavesNoFile() throws Exception {
    try (FlightRecorder recorder = Debug.flightRecorder(folder).start()) {
      // What jcmd's JFR.stop does: the events can no longer be had.
      jdk.jfr.FlightRecorder.getFlightRecorder().getRecordings().stream()
          .filter(recording -> recording.getName().equals("weft"))
          .forEach(Recording::close);
      assertThatThrownBy(() -> recorder.write("by hand")).isInstanceOf(IOException.class);
      assertThat(written()).isEmpty();
      assertThat(recorder.recordings()).isEmpty();
    }
  }

  @Test
  void aConditionIsWrittenDownOnceTheFolderCanBeWrittenToAgain() throws Exception {
    Path flights = folder.resolve("flights");
    try (FlightRecorder recorder =
        Debug.flightRecorder(flights)
            .onOpenDescriptors(1e-9)
            .pause(Duration.ofMillis(1))
            .files(1)
            .start()) {
      // Written before the folder is gone, or not: the recorder goes on in any case.
      eventually("the folder is removed", () -> removed(flights));
      assertThatThrownBy(() -> recorder.write("by hand")).isInstanceOf(IOException.class);
      int before = recorder.recordings().size();
      Path last = before == 0 ? flights : recorder.recordings().getFirst();
      Files.createDirectories(flights);
      eventually(
          "another is written",
          () -> !recorder.recordings().isEmpty() && !recorder.recordings().getFirst().equals(last));
    }
  }

  @Test
  void aRecordingIsWrittenAlthoughTheOldestCannotBeDeleted() throws Exception {
    try (FlightRecorder recorder = Debug.flightRecorder(folder).files(1).start()) {
      Path first = recorder.write("first");
      Files.delete(first);
      Files.createDirectories(first.resolve("not empty"));
      Path second = recorder.write("second");
      assertThat(recorder.recordings()).containsExactly(second);
      assertThat(goroutines(second)).startsWith("second\n");
    }
  }

  private static boolean removed(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
    }
    try {
      Files.delete(directory);
      return true;
    } catch (DirectoryNotEmptyException e) {
      return false;
    }
  }

  @Test
  void severalThatAreWrittenAtOnceAreWholeEach() throws Exception {
    int writers = 4;
    try (FlightRecorder recorder =
        Debug.flightRecorder(folder)
            .onOpenDescriptors(1e-9)
            .pause(Duration.ofMillis(1))
            .files(100)
            .start()) {
      List<Future<Path>> paths = new ArrayList<>();
      try (var executor = Weft.executor()) {
        for (int i = 0; i < writers; i++) {
          String reason = "writer " + i;
          paths.add(executor.submit(() -> recorder.write(reason)));
        }
      }
      for (int i = 0; i < writers; i++) {
        Path path = paths.get(i).get();
        assertThat(goroutines(path)).startsWith("writer " + i + "\n");
        assertThat(RecordingFile.readAllEvents(path)).isNotNull();
      }
      assertThat(recorder.recordings())
          .containsAll(paths.stream().map(Future::resultNow).toList())
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void oneThatCannotStartLeavesNothingRunning() throws Exception {
    boolean tracked = Tracking.isOn();
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> Debug.flightRecorder(file).onLeak().start())
        .isInstanceOf(IOException.class);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Debug.flightRecorder(folder).onLeak().onSignal("SEGV").start());
    assertThat(Tracking.isOn()).isEqualTo(tracked);
    assertThat(jdk.jfr.FlightRecorder.getFlightRecorder().getRecordings())
        .noneMatch(recording -> recording.getName().equals("weft"));
    try (Debug debug = Debug.serve("127.0.0.1:0")) {
      assertThat(Http.text(debug.address(), "/debug/flights")).contains("No flight recorder runs.");
    }
  }

  @Test
  void settingsThatMeanNothingAreRefused() {
    FlightRecorder.Builder builder = Debug.flightRecorder(folder);
    assertThatIllegalArgumentException().isThrownBy(() -> builder.keep(Duration.ZERO));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.files(0));
    assertThatIllegalArgumentException().isThrownBy(() -> builder.onOpenDescriptors(1.5));
  }
}
