package dev.weft.debug.internal.page;

import dev.weft.debug.internal.goroutine.GoroutineGroups;
import dev.weft.debug.internal.goroutine.GoroutineProfile;
import dev.weft.debug.internal.goroutine.GoroutineText;
import dev.weft.debug.internal.goroutine.HogProfile;
import dev.weft.debug.internal.goroutine.WaitProfile;
import dev.weft.debug.internal.jfr.FlightProfile;
import dev.weft.debug.internal.jfr.FlightRecordings;
import dev.weft.http.HttpException;
import dev.weft.http.Request;
import dev.weft.http.Response;
import dev.weft.http.Router;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Serves the pages of Go's {@code net/http/pprof} below {@code /debug/pprof/}. */
public final class PprofPages {
  private static final String AT = "/debug/pprof/";
  static final String PLAIN = "text/plain; charset=utf-8";
  private static final Duration CPU_TIME = Duration.ofSeconds(30);
  static final Duration OTHER_TIME = Duration.ofSeconds(5);
  private static final Duration TRACE_TIME = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private record Entry(String name, String link, String about) {}

  private static final List<Entry> ENTRIES =
      List.of(
          new Entry(
              "goroutine",
              "?debug=1",
              "stacks of all goroutines; ?debug=2: one by one; ?debug=1&amp;blocked=30s: those that"
                  + " have waited for so long"),
          new Entry(
              "goroutineleak",
              "?debug=1",
              "goroutines that nothing can wake any more; runs the garbage collector"),
          new Entry("deadlock", "?debug=1", "deadlocks, and locks that threads wait for"),
          new Entry("profile", "?seconds=5", "where CPU time goes; default 30 s"),
          new Entry("allocs", "?seconds=5", "what is allocated meanwhile; default 5 s"),
          new Entry("heap", "?seconds=5", "allocated meanwhile and still there; default 5 s"),
          new Entry("mutex", "?seconds=5", "waits for monitors; default 5 s"),
          new Entry("block", "?debug=1", "how long goroutines wait, by stack; default 5 s"),
          new Entry("sched", "?debug=1", "how long they are ready until they run; default 5 s"),
          new Entry(
              "hog", "?seconds=5", "goroutines that outlast a time slice, and where; default 5 s"),
          new Entry("threadcreate", "?debug=1", "platform threads"),
          new Entry("trace", "?seconds=5", "a recording of the JDK's Flight Recorder; default 1 s"),
          new Entry("cmdline", "", "the command line"));

  private PprofPages() {}

  /** Adds the routes. */
  public static void addTo(Router.Builder router) {
    router
        .get("/debug/pprof", (_, response) -> response.redirect(308, AT))
        .get(AT, (_, response) -> index(response))
        .get(AT + "goroutine", PprofPages::goroutine)
        .get(
            AT + "profile",
            (request, response) -> recorded(request, response, FlightProfile.CPU, CPU_TIME))
        .get(
            AT + "allocs",
            (request, response) ->
                recorded(request, response, FlightProfile.ALLOCATIONS, OTHER_TIME))
        .get(
            AT + "heap",
            (request, response) -> recorded(request, response, FlightProfile.HEAP, OTHER_TIME))
        .get(
            AT + "mutex",
            (request, response) -> recorded(request, response, FlightProfile.MUTEX, OTHER_TIME))
        .get(
            AT + "hog",
            (request, response) ->
                sendProfile(response, "hog", HogProfile.take(seconds(request, OTHER_TIME))))
        .get(AT + "goroutineleak", LeakPages::goroutines)
        .get(AT + "deadlock", (_, response) -> LeakPages.locks(response))
        .get("/debug/leaks", LeakPages::all)
        .get(
            AT + "block",
            (request, response) ->
                WaitPage.send(request, response, WaitProfile.Kind.BLOCK, "block", OTHER_TIME))
        .get(
            AT + "sched",
            (request, response) ->
                WaitPage.send(request, response, WaitProfile.Kind.SCHED, "sched", OTHER_TIME))
        .get(AT + "trace", PprofPages::trace)
        .get(AT + "threadcreate", (_, response) -> threads(response))
        .get(
            AT + "cmdline",
            (_, response) -> response.type(PLAIN).send(String.join("\0", CommandLine.words())))
        // go tool pprof asks for symbols of addresses; there are none.
        .any(AT + "symbol", (_, response) -> response.type(PLAIN).send("num_symbols: 0\n"));
  }

  private static void index(Response response) throws IOException {
    StringBuilder page = new StringBuilder(Html.head("/debug/pprof/"));
    page.append("<h1>/debug/pprof/</h1>\n<table>\n");
    for (Entry entry : ENTRIES) {
      page.append("<tr><td><a href=\"").append(entry.name()).append(entry.link()).append("\">");
      page.append(entry.name()).append("</a></td><td>").append(entry.about());
      page.append("</td></tr>\n");
    }
    page.append("</table>\n<p><code>go tool pprof http://…/debug/pprof/profile?seconds=5</code>\n");
    page.append("<p>See also <a href=\"/debug/leaks\">/debug/leaks</a>, ");
    page.append("<a href=\"/debug/sched\">/debug/sched</a>, ");
    page.append("<a href=\"/debug/net\">/debug/net</a>, ");
    page.append("<a href=\"/debug/vars\">/debug/vars</a>.\n</html>\n");
    response.type("text/html; charset=utf-8").send(page.toString());
  }

  private static void goroutine(Request request, Response response) throws IOException {
    String blocked = request.query().get("blocked");
    Duration atLeast = blocked == null ? Duration.ZERO : Durations.parse("blocked", blocked);
    switch (request.query().get("debug", "0")) {
      case "0" ->
          sendProfile(
              response, "goroutine", GoroutineProfile.of(GoroutineGroups.takeBlocked(atLeast)));
      case "1" -> {
        StringBuilder text = new StringBuilder();
        GoroutineText.groups(GoroutineGroups.takeBlocked(atLeast), text);
        response.type(PLAIN).send(text.toString());
      }
      case "2" -> {
        response.type(PLAIN);
        try (Writer out = writer(response)) {
          GoroutineText.each(out);
        }
      }
      default -> throw new HttpException(400, "debug is 0, 1 or 2");
    }
  }

  private static Writer writer(Response response) {
    return new BufferedWriter(
        new OutputStreamWriter(response.outputStream(), StandardCharsets.UTF_8));
  }

  private static void recorded(
      Request request, Response response, FlightProfile profile, Duration otherwise)
      throws IOException, InterruptedException {
    Duration during = seconds(request, otherwise);
    sendProfile(
        response,
        profile.name().toLowerCase(Locale.ROOT),
        FlightRecordings.profile(profile, during));
  }

  private static void trace(Request request, Response response)
      throws IOException, InterruptedException {
    byte[] recording = FlightRecordings.trace(seconds(request, TRACE_TIME));
    send(response, "weft.jfr", recording);
  }

  static void sendProfile(Response response, String name, byte @Nullable [] profile)
      throws IOException {
    send(response, name + ".pb.gz", profile);
  }

  private static void send(Response response, String file, byte @Nullable [] content)
      throws IOException {
    if (content == null) {
      throw new HttpException(503, "another profile is being taken");
    }
    response
        .type("application/octet-stream")
        .header("Content-Disposition", "attachment; filename=\"" + file + "\"")
        .send(content);
  }

  static Duration seconds(Request request, Duration otherwise) throws HttpException {
    String text = request.query().get("seconds");
    if (text == null) {
      return otherwise;
    }
    try {
      Duration during = Duration.ofMillis(Math.round(Double.parseDouble(text) * 1000));
      if (during.isPositive() && during.compareTo(LONGEST) <= 0) {
        return during;
      }
    } catch (NumberFormatException e) {
      // reported as the same error
    }
    throw new HttpException(400, "seconds is a number above 0 and at most " + LONGEST.toSeconds());
  }

  /**
   * Groups threads by name without the number at its end, so that threads of one pool are counted
   * together.
   */
  private static void threads(Response response) throws IOException {
    Map<String, Integer> counts = new TreeMap<>();
    var threads = ManagementFactory.getThreadMXBean();
    for (var info : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (info != null) {
        counts.merge(info.getThreadName().replaceFirst("[-#]?\\d+$", ""), 1, Integer::sum);
      }
    }
    StringBuilder text = new StringBuilder("threadcreate profile: total ");
    text.append(counts.values().stream().mapToInt(n -> n).sum()).append("; ");
    text.append(threads.getTotalStartedThreadCount()).append(" started, at most ");
    text.append(threads.getPeakThreadCount()).append(" at a time\n");
    counts.forEach((name, n) -> text.append(n).append("\t").append(name).append("\n"));
    response.type(PLAIN).send(text.toString());
  }
}
