package dev.weft.debug.internal.page;

import dev.weft.Weft;
import dev.weft.debug.internal.goroutine.GoroutineGroups;
import dev.weft.debug.internal.goroutine.GoroutineProfile;
import dev.weft.debug.internal.goroutine.GoroutineText;
import dev.weft.debug.internal.goroutine.HogProfile;
import dev.weft.debug.internal.goroutine.WaitProfile;
import dev.weft.debug.internal.jfr.FlightProfile;
import dev.weft.debug.internal.jfr.FlightRecordings;
import dev.weft.http.Handler;
import dev.weft.http.HttpException;
import dev.weft.http.Request;
import dev.weft.http.Response;
import dev.weft.http.Router;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Serves the pages of Go's {@code net/http/pprof} below {@code /debug/pprof/}. */
public final class PprofPages {
  private static final String AT = "/debug/pprof/";
  static final String PLAIN = "text/plain; charset=utf-8";
  static final String DEBUG = "debug";
  static final String SECONDS = "seconds";
  static final String BLOCKED = "blocked";
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
              "stacks of all goroutines; ?debug=2: one by one; &amp;blocked=30s: those that have"
                  + " waited for so long"),
          new Entry(
              "goroutineleak",
              "?debug=1",
              "goroutines that nothing can wake any more; runs the garbage collector"),
          new Entry("deadlock", "?debug=1", "deadlocks, and locks that threads wait for"),
          new Entry("profile", "?seconds=5", "where CPU time goes; default 30 s"),
          new Entry("allocs", "?debug=1", "what is allocated meanwhile; default 5 s"),
          new Entry("heap", "?debug=1", "allocated meanwhile and still there; default 5 s"),
          new Entry("mutex", "?debug=1", "waits for monitors; default 5 s"),
          new Entry("block", "?debug=1", "how long goroutines wait, by stack; default 5 s"),
          new Entry("sched", "?debug=1", "how long they are ready until they run; default 5 s"),
          new Entry(
              "hog", "?debug=1", "goroutines that outlast a time slice, and where; default 5 s"),
          new Entry("threadcreate", "?debug=1", "platform threads"),
          new Entry("trace", "?seconds=5", "a recording of the JDK's Flight Recorder; default 1 s"),
          new Entry("cmdline", "", "the command line"));

  private PprofPages() {}

  /** Adds the routes. */
  public static void addTo(Router.Builder router) {
    router
        .get("/debug/pprof", (_, response) -> response.redirect(308, AT))
        .get(AT, Query.takes((_, response) -> index(response)))
        .get(AT + "goroutine", Query.takes(PprofPages::goroutine, DEBUG, SECONDS, BLOCKED))
        .get(AT + "profile", recorded("profile", CPU_TIME, FlightProfile.CPU))
        .get(AT + "allocs", recorded("allocs", OTHER_TIME, FlightProfile.ALLOCATIONS))
        .get(AT + "heap", recorded("heap", OTHER_TIME, FlightProfile.HEAP))
        .get(AT + "mutex", recorded("mutex", OTHER_TIME, FlightProfile.MUTEX))
        .get(AT + "hog", ProfilePage.of("hog", OTHER_TIME, HogProfile::take))
        .get(AT + "goroutineleak", Query.takes(LeakPages::goroutines, DEBUG, SECONDS))
        .get(AT + "deadlock", Query.takes(LeakPages::locks, DEBUG))
        .get("/debug/leaks", Query.takes(LeakPages::all, BLOCKED))
        .get(AT + "block", waits("block", WaitProfile.Kind.BLOCK))
        .get(AT + "sched", waits("sched", WaitProfile.Kind.SCHED))
        .get(AT + "trace", Query.takes(PprofPages::trace, SECONDS))
        .get(AT + "threadcreate", Query.takes(PprofPages::threads, DEBUG, SECONDS))
        .get(
            AT + "cmdline",
            Query.takes(
                (_, response) -> response.type(PLAIN).send(String.join("\0", CommandLine.words()))))
        // go tool pprof asks for symbols of addresses; there are none.
        .any(AT + "symbol", (_, response) -> response.type(PLAIN).send("num_symbols: 0\n"))
        .get(AT + "{name}", (request, _) -> refuse(String.valueOf(request.pathValue("name"))));
  }

  private static void refuse(String name) throws HttpException {
    String names = ENTRIES.stream().map(Entry::name).collect(Collectors.joining(", "));
    throw new HttpException(404, "no profile is called " + name + "; there are " + names);
  }

  private static void index(Response response) throws IOException {
    StringBuilder page = new StringBuilder(Html.head("/debug/pprof/"));
    page.append("<h1>/debug/pprof/</h1>\n<table>\n");
    for (Entry entry : ENTRIES) {
      page.append("<tr><td><a href=\"").append(entry.name()).append(entry.link()).append("\">");
      page.append(entry.name()).append("</a></td><td>").append(entry.about());
      page.append("</td></tr>\n");
    }
    page.append(
        "</table>\n<p>Without <code>debug=1</code> they are for <code>go tool pprof http://…/debug/pprof/profile?seconds=5</code>.\n");
    page.append("<p>See also <a href=\"/debug/leaks\">/debug/leaks</a>, ");
    page.append("<a href=\"/debug/sched\">/debug/sched</a>, ");
    page.append("<a href=\"/debug/net\">/debug/net</a>, ");
    page.append("<a href=\"/debug/vars\">/debug/vars</a>.\n</html>\n");
    response.type("text/html; charset=utf-8").send(page.toString());
  }

  private static void goroutine(Request request, Response response)
      throws IOException, InterruptedException {
    String blocked = request.query().get(BLOCKED);
    Duration atLeast = blocked == null ? Duration.ZERO : Durations.parse(BLOCKED, blocked);
    switch (request.query().get(DEBUG, "0")) {
      case "0" ->
          sendFile(response, "goroutine.pb.gz", GoroutineProfile.of(groups(request, atLeast)));
      case "1" -> {
        StringBuilder text = new StringBuilder();
        GoroutineText.groups(groups(request, atLeast), text);
        response.type(PLAIN).send(text.toString());
      }
      case "2" -> {
        if (request.query().get(SECONDS) != null) {
          throw new HttpException(400, "seconds is for debug=0 and debug=1");
        }
        response.type(PLAIN);
        try (Writer out = writer(response)) {
          GoroutineText.each(atLeast, out);
        }
      }
      default -> throw new HttpException(400, "debug is 0, 1 or 2");
    }
  }

  /** The groups, or by how much they grow in the seconds that the request asks for. */
  private static GoroutineGroups groups(Request request, Duration atLeast)
      throws IOException, InterruptedException {
    GoroutineGroups groups = GoroutineGroups.takeBlocked(atLeast);
    if (request.query().get(SECONDS) == null) {
      return groups;
    }
    Weft.sleep(seconds(request, OTHER_TIME));
    return GoroutineGroups.takeBlocked(atLeast).since(groups);
  }

  private static void threads(Request request, Response response)
      throws IOException, InterruptedException {
    boolean asText = ProfilePage.isText(request);
    ThreadProfile threads = ThreadProfile.take();
    if (request.query().get(SECONDS) != null) {
      Weft.sleep(seconds(request, OTHER_TIME));
      threads = ThreadProfile.take().since(threads);
    }
    ProfilePage.send(response, "threadcreate", threads, asText);
  }

  private static Writer writer(Response response) {
    return new BufferedWriter(
        new OutputStreamWriter(response.outputStream(), StandardCharsets.UTF_8));
  }

  private static Handler recorded(String name, Duration otherwise, FlightProfile profile) {
    return ProfilePage.of(name, otherwise, during -> FlightRecordings.profile(profile, during));
  }

  private static Handler waits(String name, WaitProfile.Kind kind) {
    return ProfilePage.of(name, OTHER_TIME, during -> WaitProfile.take(kind, during));
  }

  private static void trace(Request request, Response response)
      throws IOException, InterruptedException {
    byte[] recording = FlightRecordings.trace(seconds(request, TRACE_TIME));
    if (recording == null) {
      throw new HttpException(503, "another profile is being taken");
    }
    sendFile(response, "weft.jfr", recording);
  }

  static void sendFile(Response response, String file, byte[] content) throws IOException {
    response
        .type("application/octet-stream")
        .header("Content-Disposition", "attachment; filename=\"" + file + "\"")
        .send(content);
  }

  static Duration seconds(Request request, Duration otherwise) throws HttpException {
    String text = request.query().get(SECONDS);
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
}
