package dev.weft.debug.internal.dash;

import dev.weft.debug.internal.page.Json;
import dev.weft.debug.internal.page.Query;
import dev.weft.http.EventStream;
import dev.weft.http.HttpException;
import dev.weft.http.Request;
import dev.weft.http.Response;
import dev.weft.http.Router;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/**
 * The page at {@code /} and {@code /debug/}, and the resources that it loads below {@code
 * /debug/dash/}.
 */
public final class Dashboard {
  private static final String AT = "/debug/dash/";

  /** It may load data only, from the server of the page. */
  private static final String POLICY =
      "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline';"
          + " img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none';"
          + " frame-ancestors 'none'";

  /** How long a watcher may continue before it notices that its client is gone. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  private static final Sampler SAMPLER = new Sampler(Figures::new);

  private Dashboard() {}

  /** Adds the routes. */
  public static void addTo(Router.Builder router) {
    router
        .get("/", Query.takes((_, response) -> page(response)))
        .get("/debug/", Query.takes((_, response) -> page(response)))
        .get(AT + "events", Query.takes(Dashboard::events))
        .get(AT + "group", Query.takes(Dashboard::group, "id"));
  }

  private static void page(Response response) throws IOException {
    response
        .type("text/html; charset=utf-8")
        .header("Cache-Control", "no-store")
        .header("Content-Security-Policy", POLICY)
        .header("Referrer-Policy", "no-referrer") // the address may have a token
        .send(Page.assemble());
  }

  private static void events(Request request, Response response)
      throws IOException, InterruptedException {
    try (Sampler.Watch watch = SAMPLER.watch()) {
      EventStream events = EventStream.open(request, response);
      while (events.isOpen()) {
        Sampler.Sample sample = watch.next(LOOK);
        if (sample != null) {
          events.send(null, String.valueOf(sample.number()), sample.json());
        }
      }
    }
  }

  private static void group(Request request, Response response) throws IOException {
    Map<String, Object> group = GoroutineFigures.group(request.query().get("id", ""));
    if (group == null) {
      throw new HttpException(404, "no goroutine is in that group any more");
    }
    response.type("application/json").send(Json.of(group));
  }
}
