package dev.weft.debug;

import static dev.weft.testing.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.Weft;
import dev.weft.chan.Chan;
import dev.weft.context.Context;
import dev.weft.http.Router;
import dev.weft.http.server.HttpServer;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.net.Pipe;
import dev.weft.net.tls.TlsConfig;
import dev.weft.net.tls.TlsConn;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DebugTest extends DebugFixture {
  private String text(String path) throws Exception {
    return Http.text(debug.address(), path);
  }

  /** The dump once it has {@code part}; parking is not instant. */
  private String awaitText(String path, String part) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    String text;
    while (!(text = text(path)).contains(part)) {
      assertThat(System.nanoTime()).as(text).isLessThan(end);
    }
    return text;
  }

  // Goroutines

  private static void waitForNothing(Chan<String> channel) throws InterruptedException {
    channel.receive();
  }

  @Test
  void goroutinesOfOneStackAreOneGroup() throws Exception {
    Chan<String> channel = Chan.unbuffered();
    List<Thread> waiting = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      waiting.add(
          Weft.go(() -> {
            Weft.label("group");
            waitForNothing(channel);
          }));
    }
    String text = awaitText("/debug/pprof/goroutine?debug=1", "100 @ chan receive");
    assertThat(text)
        .startsWith("goroutine profile: total ")
        .containsPattern(
            "100 @ chan receive, the oldest made \\d+s ago(, the longest wait \\d+s)?\n"
                + "# label: group\n"
                + "#\tdev.weft.chan.*\n"
                + "(#\t.*\n)*"
                + "#\tdev.weft.debug.DebugTest.waitForNothing\tDebugTest.java:\\d+\n");
    ParsedProfile profile =
        new ParsedProfile(Http.bytes(debug.address(), "/debug/pprof/goroutine"));
    assertThat(profile.types).containsExactly("goroutine/count");
    assertThat(profile.samples)
        .anySatisfy(sample -> {
          assertThat(sample.functions()).contains("dev.weft.debug.DebugTest.waitForNothing");
          assertThat(sample.values()).containsExactly(100L);
          assertThat(sample.labels()).containsEntry("wait", "chan receive");
          assertThat(sample.labels()).containsEntry("label", "group");
        });
    channel.close();
    for (Thread each : waiting) {
      each.join();
    }
    assertThat(text("/debug/pprof/goroutine?debug=1")).doesNotContain("waitForNothing");
  }

  @Test
  void oneByOneEachSaysWhatItWaitsFor() throws Exception {
    try (Listener listener = Net.listen("tcp", "127.0.0.1:0")) {
      Thread acceptor = Weft.go("the acceptor", listener::accept);
      String text = awaitText("/debug/pprof/goroutine?debug=2", "[accept " + listener + "]:");
      assertThat(text)
          .contains(
              "goroutine " + acceptor.threadId() + " \"the acceptor\" [accept " + listener + "]:")
          .contains("created by thread " + Thread.currentThread().threadId() + ", ");
      listener.close();
      acceptor.join();
    }
  }

  @Test
  void theDeadlineOfTheContextIsShownWhereItIsBound() throws Exception {
    Chan<String> within = Chan.unbuffered();
    Chan<String> after = Chan.unbuffered();
    List<Thread> waiting = new ArrayList<>();
    try (var context = Context.background().withTimeout(Duration.ofHours(3))) {
      context.run(() -> waiting.add(Weft.go("inherits", () -> waitForNothing(within))));
      waiting.add(
          Weft.go(
              "binds",
              () -> {
                context.call(() -> within.receive());
                waitForNothing(after);
              }));
      String state = " [chan receive, context deadline in 2h59m]";
      awaitText("/debug/pprof/goroutine?debug=2", "\"inherits\"" + state);
      awaitText("/debug/pprof/goroutine?debug=2", "\"binds\"" + state);
      within.close();
      awaitText("/debug/pprof/goroutine?debug=2", "\"binds\" [chan receive]");
    }
    after.close();
    for (Thread each : waiting) {
      each.join();
    }
  }

  @Test
  void whatCannotBeAskedForIsRefusedWithWhatCanBe() throws Exception {
    Map<String, String> refusals = new LinkedHashMap<>();
    refusals.put("/debug/pprof/goroutine?debug=3", "debug is 0, 1 or 2");
    refusals.put("/debug/pprof/goroutine?debug=2&seconds=1", "seconds is for debug=0 and debug=1");
    refusals.put(
        "/debug/pprof/goroutine?debug=1&block=1s",
        "there is no parameter block; there are: debug, seconds, blocked");
    refusals.put("/debug/pprof/deadlock?debug=2", "debug is 1: deadlocks are listed as text");
    refusals.put("/debug/pprof/profile?seconds=0", "seconds is a number above 0 and at most 600");
    refusals.put("/debug/pprof/profile?seconds=x", "seconds is a number above 0 and at most 600");
    refusals.put("/debug/pprof/heap?gc=1", "there is no parameter gc; there are: debug, seconds");
    refusals.put("/debug/pprof/threadcreate?debug=2", "debug is 0 or 1");
    refusals.put("/debug/pprof/trace?debug=1", "there is no parameter debug; there are: seconds");
    refusals.put("/debug/net?sort=x", "sort is age, rtt, unsent, retransmits, sent or received");
    refusals.put("/debug/net?limit=0", "limit is a whole number above 0, not 0");
    refusals.put("/debug/net?kind=x", "kind is listener, connection, datagrams or tls, not x");
    refusals.put("/debug/net?network=x", "network is tcp, udp, unix, unixgram, pipe, fake or tls");
    refusals.put("/debug/net?state=x", "state is open, handshake, TLSv1.2, TLSv1.3, established,");
    refusals.put("/debug/net?state=", "state is open, ");
    refusals.put("/debug/net?kind=tls&kind=connection", "kind is given more than once");
    refusals.put(
        "/debug/net?port=1",
        "there is no parameter port; there are: kind, network, state, sort, limit");
    refusals.put("/debug/leaks?blocked=x", "blocked is a time such as 500ms, 30s or 5m, not x");
    for (String path :
        List.of(
            "/",
            "/debug/",
            "/debug/sched",
            "/debug/vars",
            "/debug/pprof/",
            "/debug/pprof/cmdline",
            "/debug/flights",
            "/debug/dash/events",
            "/metrics")) {
      refusals.put(path + "?x=1", "there is no parameter x, nor any other");
    }
    for (Map.Entry<String, String> each : refusals.entrySet()) {
      HttpResponse<byte[]> response = Http.get(debug.address(), each.getKey());
      assertThat(response.statusCode()).as(each.getKey()).isEqualTo(400);
      assertThat(new String(response.body(), StandardCharsets.UTF_8))
          .as(each.getKey())
          .startsWith(each.getValue());
    }
  }

  @Test
  void anUnknownProfileIsAnsweredWithTheNamesOfTheOthers() throws Exception {
    HttpResponse<byte[]> response = Http.get(debug.address(), "/debug/pprof/gorutine");
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(new String(response.body(), StandardCharsets.UTF_8))
        .contains("gorutine; there are goroutine, ");
  }

  // Profiles that take time

  /** A profile with a sample of this function: a busy machine may not run it during the first. */
  private byte[] awaitSample(String path, String function) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (true) {
      byte[] bytes = Http.bytes(debug.address(), path);
      ParsedProfile profile = new ParsedProfile(bytes);
      if (profile.samples.stream().anyMatch(each -> each.functions().contains(function))) {
        return bytes;
      }
      assertThat(System.nanoTime()).as(profile.samples.toString()).isLessThan(end);
    }
  }

  private static volatile long sink;

  private static void burn(CountDownLatch until) {
    while (until.getCount() > 0) {
      for (int i = 0; i < 1_000; i++) {
        sink += Long.numberOfTrailingZeros(sink ^ i);
      }
    }
  }

  @Test
  void theCpuProfileNamesWhatBurns() throws Exception {
    byte[] bytes;
    CountDownLatch until = new CountDownLatch(1);
    Thread hog = Weft.go(() -> burn(until));
    try {
      bytes = awaitSample("/debug/pprof/profile?seconds=1", "dev.weft.debug.DebugTest.burn");
    } finally {
      until.countDown();
      hog.join();
    }
    ParsedProfile profile = new ParsedProfile(bytes);
    assertThat(profile.types).containsExactly("samples/count", "cpu/nanoseconds");
    assertThat(profile.samples)
        .anySatisfy(sample -> {
          assertThat(sample.functions()).contains("dev.weft.debug.DebugTest.burn");
          assertThat(sample.values().get(0)).isPositive();
          assertThat(sample.values().get(1)).isGreaterThanOrEqualTo(1_000_000);
        });
    Path go = GoTool.find();
    Assumptions.assumeTrue(go != null, "there is no go (Debian: golang-go)");
    Path file = Files.createTempFile("profile", ".pb.gz");
    try {
      Files.write(file, bytes);
      assertThat(GoTool.run(go, "tool", "pprof", "-top", file.toString()))
          .contains("DebugTest.burn");
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void theHogProfileNamesWhatOutlastsItsSlice() throws Exception {
    CountDownLatch until = new CountDownLatch(1);
    Thread hog = Weft.go(() -> burn(until));
    ParsedProfile profile =
        new ParsedProfile(
            awaitSample("/debug/pprof/hog?seconds=1", "dev.weft.debug.DebugTest.burn"));
    until.countDown();
    hog.join();
    assertThat(profile.types).containsExactly("slices/count", "time/nanoseconds");
    assertThat(profile.samples)
        .anySatisfy(sample -> {
          assertThat(sample.functions()).contains("dev.weft.debug.DebugTest.burn");
          assertThat(sample.values().get(1)).isPositive();
        });
  }

  @Test
  void profilesAreTextOnRequest() throws Exception {
    assertThat(text("/debug/pprof/profile?debug=1&seconds=0.1")).startsWith("cpu profile: total ");
    for (String name : List.of("allocs", "heap", "mutex", "block", "sched")) {
      assertThat(text("/debug/pprof/" + name + "?debug=1&seconds=0.1"))
          .startsWith(name + " profile: total ");
    }
    assertThat(text("/debug/pprof/goroutine?debug=1&seconds=0.1"))
        .startsWith("goroutine profile: total ");
    CountDownLatch until = new CountDownLatch(1);
    Thread hog = Weft.go(() -> burn(until));
    assertThat(awaitText("/debug/pprof/hog?debug=1&seconds=0.2", "DebugTest.burn\tDebugTest.java:"))
        .matches("(?s)hog profile: total \\d+ slices, \\d+ us in 200 ms\n.*");
    until.countDown();
    hog.join();
    assertThat(Http.get(debug.address(), "/debug/pprof/heap?debug=3").statusCode()).isEqualTo(400);
  }

  private static volatile Object kept;

  private static void allocate(CountDownLatch until) {
    while (until.getCount() > 0) {
      kept = new byte[10_000];
    }
  }

  @Test
  void allocationsAreAttributed() throws Exception {
    CountDownLatch until = new CountDownLatch(1);
    Thread allocator =
        Weft.go(() -> {
          allocate(until);
        });
    ParsedProfile profile =
        new ParsedProfile(
            awaitSample("/debug/pprof/allocs?seconds=1", "dev.weft.debug.DebugTest.allocate"));
    until.countDown();
    allocator.join();
    assertThat(profile.types).containsExactly("alloc_objects/count", "alloc_space/bytes");
    assertThat(profile.samples)
        .anySatisfy(sample -> {
          assertThat(sample.functions()).contains("dev.weft.debug.DebugTest.allocate");
          assertThat(sample.values().get(1)).isPositive();
        });
  }

  @Test
  void aTraceIsARecordingThatTheJdkReads(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("trace.jfr");
    Files.write(file, Http.bytes(debug.address(), "/debug/pprof/trace?seconds=0.5"));
    assertThat(RecordingFile.readAllEvents(file)).isNotEmpty();
  }

  // The other pages

  @Test
  void theSchedulerShowsEachProcessorAndMachine() throws Exception {
    String text = text("/debug/sched");
    int procs = Weft.stats().processors().total();
    assertThat(text)
        .startsWith("SCHED ")
        .containsPattern("gomaxprocs=" + procs + " idleprocs=\\d+ threads=\\d+")
        .containsPattern("  P" + (procs - 1) + ": status=")
        .containsPattern("  weft-m\\d+: p=")
        .contains("poller " + Weft.info().poller());
  }

  @Test
  void descriptorsAreListedWithTheKernelsFigures() throws Exception {
    try (Listener listener = Net.listen("tcp", "127.0.0.1:0");
        Conn client =
            Net.dial(
                "tcp", "127.0.0.1:" + ((InetSocketAddress) listener.localAddress()).getPort());
        Conn accepted = listener.accept()) {
      accepted.write(new byte[] {1, 2, 3});
      client.read(new byte[3]);
      accepted.setReadDeadline(Duration.ofHours(1));
      client.setWriteDeadline(Duration.ofNanos(1));
      String row = row(text("/debug/net?kind=connection&sort=sent"), accepted.toString());
      assertThat(row.split("\t", -1)[11]).as(row).matches("3[56]\\d{5}");
      assertThat(row.split("\t", -1)[12]).as(row).isEmpty();
      eventually(
          "the write deadline has passed",
          () ->
              row(text("/debug/net?kind=connection"), client.toString())
                  .split("\t", -1)[12]
                  .equals("expired"));
      Thread reader = Weft.go(() -> accepted.read(new byte[1]));
      eventually(
          "it waits to read",
          () ->
              row(text("/debug/net?kind=connection"), accepted.toString())
                  .split("\t", -1)[13]
                  .equals("thread " + reader.threadId()));
      assertThat(text("/debug/net?kind=listener")).contains("\t" + listener + "\t");
      assertThat(text("/debug/net?kind=listener")).doesNotContain(accepted.toString());
      Assumptions.assumeTrue(row.contains("established"), "this poller tells no figures");
      assertThat(row.split("\t")[9]).as(row).isEqualTo("3");
      assertThat(text("/debug/net?state=established")).contains(accepted.toString());
      assertThat(text("/debug/net?state=close_wait")).doesNotContain(accepted.toString());
    }
  }

  private static String row(String table, String address) {
    return table
        .lines()
        .filter(line -> line.contains("\t" + address + "\t"))
        .findFirst()
        .orElseThrow(() -> new AssertionError(address + " is not in\n" + table));
  }

  @Test
  void variablesAreJsonWithWhatIsPublished() throws Exception {
    Debug.publish("answers", () -> List.of(42, "a \"quoted\"\nword"));
    Debug.publish(
        "broken",
        () -> {
          throw new IllegalStateException("not now");
        });
    assertThat(text("/debug/vars"))
        .contains("\"answers\": [42, \"a \\\"quoted\\\"\\u000aword\"]")
        .contains("\"broken\": \"java.lang.IllegalStateException: not now\"")
        .contains("\"poller\": \"" + Weft.info().poller() + "\"");
    assertThatIllegalArgumentException().isThrownBy(() -> Debug.publish("answers", () -> 1));
    assertThatIllegalArgumentException().isThrownBy(() -> Debug.publish("memstats", () -> 1));
  }

  @Test
  void theIndexLeadsToEveryProfile() throws Exception {
    assertThat(text("/debug/pprof/"))
        .contains("goroutine?debug=1", "profile?seconds", "heap", "allocs", "trace", "cmdline");
    assertThat(Http.get(debug.address(), "/debug/pprof").statusCode()).isEqualTo(308);
    assertThat(text("/debug/pprof/cmdline")).contains("java");
    assertThat(text("/debug/pprof/threadcreate?debug=1"))
        .startsWith("threadcreate profile: total ")
        .containsPattern("\n\\d+\tweft-m\n");
    ParsedProfile threads =
        new ParsedProfile(Http.bytes(debug.address(), "/debug/pprof/threadcreate"));
    assertThat(threads.types).containsExactly("threadcreate/count");
    assertThat(threads.samples)
        .anySatisfy(sample -> {
          assertThat(sample.functions()).containsExactly("weft-m");
          assertThat(sample.values().getFirst()).isPositive();
        });
  }

  @Test
  void unixSocketsAreServed(@TempDir Path folder) throws Exception {
    SocketAddress address = UnixDomainSocketAddress.of(folder.resolve("debug.sock"));
    try (Debug onUnix = Debug.serve(address);
        Conn conn = Net.dial(onUnix.address())) {
      conn.write("GET /debug/sched HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(conn.inputStream().readAllBytes(), StandardCharsets.UTF_8))
          .contains("gomaxprocs=");
    }
  }

  @Test
  void theEndpointsCanBeMounted() throws Exception {
    Router router = Router.builder().any("/debug/{rest...}", Debug.handler()).build();
    try (HttpServer server = HttpServer.builder().handler(router).build()) {
      Listener listener = server.listen("127.0.0.1:0");
      assertThat(Http.text(listener.localAddress(), "/debug/pprof/goroutine?debug=1"))
          .contains("goroutine profile: total ");
    }
  }

  @Test
  void aTlsConnectionIsARowUntilItIsClosed() throws Exception {
    try (Pipe pipe = Pipe.open()) {
      TlsConn conn = TlsConfig.builder().build().client(pipe.first(), "localhost");
      String address = "tls over " + pipe.first();
      assertThat(row(text("/debug/net?kind=tls&state=handshake"), address))
          .startsWith("tls\thandshake\t");
      assertThat(text("/debug/net?state=established")).doesNotContain(address);
      assertThat(text("/debug/net?kind=tls")).matches("(?s)0 descriptors, [1-9]\\d* TLS .*");
      conn.close();
      assertThat(text("/debug/net?kind=tls")).doesNotContain(address);
    }
  }

  @Test
  void aStepOfTheEndThatFailsLeavesNoPortOpen() throws Exception {
    SocketAddress address = debug.address();
    Properties usual = System.getProperties();
    System.setProperties(
        new Properties(usual) {
          @Override
          public boolean remove(Object key, Object value) {
            throw new SecurityException("on purpose");
          }
        });
    try {
      assertThatThrownBy(debug::close).isInstanceOf(SecurityException.class);
    } finally {
      System.setProperties(usual);
    }
    assertThatThrownBy(() -> Net.dial(address).close()).isInstanceOf(ConnectException.class);
  }
}
