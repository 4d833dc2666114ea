package dev.weft.debug.internal.page;

import dev.weft.Weft;
import dev.weft.debug.internal.goroutine.GoroutineGroups;
import dev.weft.debug.internal.goroutine.GoroutineText;
import dev.weft.debug.internal.leak.CloseWaits;
import dev.weft.debug.internal.leak.LeakWatch;
import dev.weft.debug.internal.leak.LeakedGoroutines;
import dev.weft.debug.internal.leak.Leases;
import dev.weft.debug.internal.leak.Locks;
import dev.weft.http.HttpException;
import dev.weft.http.Request;
import dev.weft.http.Response;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What waits for ever or for too long: {@code /debug/leaks}, and the profile of leaks. */
final class LeakPages {
  private LeakPages() {}

  /**
   * Everything as text: goroutines that can never run again, deadlocks and locks, connections in
   * CLOSE_WAIT, leases, and goroutines that have waited for longer than {@code blocked}.
   */
  static void all(Request request, Response response) throws IOException, InterruptedException {
    String blocked = request.query().get(PprofPages.BLOCKED, "30s");
    Duration longest = Durations.parse(PprofPages.BLOCKED, blocked);
    StringBuilder text = new StringBuilder();
    String why = unavailableBecause();
    if (why == null) {
      collect().writeText(text);
    } else {
      text.append("# leaks cannot be proven: ").append(why).append("\n");
    }
    text.append("\n");
    Locks.write(text);
    text.append("\n");
    CloseWaits.write(text);
    text.append("\n");
    Leases.write(text);
    text.append("\ngoroutines that have waited for longer than ").append(blocked).append("\n");
    GoroutineText.groups(GoroutineGroups.takeBlocked(longest), text);
    response.type(PprofPages.PLAIN).send(text.toString());
  }

  /** Deadlocks, and the locks that threads wait for. */
  static void locks(Request request, Response response) throws IOException, InterruptedException {
    if (!request.query().get(PprofPages.DEBUG, "1").equals("1")) {
      throw new HttpException(400, "debug is 1: deadlocks are listed as text");
    }
    StringBuilder text = new StringBuilder();
    Locks.write(text);
    response.type(PprofPages.PLAIN).send(text.toString());
  }

  /** Goroutines that can never run again, for {@code go tool pprof} or as text. */
  static void goroutines(Request request, Response response)
      throws IOException, InterruptedException {
    boolean asText = ProfilePage.isText(request);
    String why = unavailableBecause();
    if (why != null) {
      throw new HttpException(501, "leaks cannot be proven: " + why);
    }
    LeakedGoroutines leaked = collect();
    if (request.query().get(PprofPages.SECONDS) != null) {
      Weft.sleep(PprofPages.seconds(request, PprofPages.OTHER_TIME));
      leaked = collect().since(leaked);
    }
    ProfilePage.send(response, "goroutineleak", leaked, asText);
  }

  /** A full collection takes long, so it is a blocking call. */
  private static LeakedGoroutines collect() throws InterruptedException {
    return Weft.blocking(LeakWatch::collect);
  }

  static @Nullable String unavailableBecause() {
    String fallback = Weft.info().fallbackBecause();
    return fallback != null ? fallback : LeakWatch.unavailableBecause();
  }
}
