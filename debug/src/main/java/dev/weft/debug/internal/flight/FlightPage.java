package dev.weft.debug.internal.flight;

import dev.weft.debug.internal.page.Html;
import dev.weft.debug.internal.page.Query;
import dev.weft.http.HttpException;
import dev.weft.http.Request;
import dev.weft.http.Response;
import dev.weft.http.Router;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Lists the recordings of the flight recorders of this process, and serves their files. */
public final class FlightPage {
  private static final String AT = "/debug/flights";
  private static final List<Recorder> RECORDERS = new CopyOnWriteArrayList<>();

  /** Writes a recording for a reason. */
  public interface Writer {
    Path write(String reason) throws IOException;
  }

  private record Recorder(FlightFiles files, Writer writer) {}

  private FlightPage() {}

  /** Shows the recordings of one more recorder. */
  public static void add(FlightFiles files, Writer writer) {
    RECORDERS.add(new Recorder(files, writer));
  }

  /** Removes a recorder. */
  public static void remove(FlightFiles files) {
    RECORDERS.removeIf(recorder -> recorder.files() == files);
  }

  /** Adds the routes. */
  public static void addTo(Router.Builder router) {
    router
        .get(AT, Query.takes(FlightPage::list))
        .post(AT, Query.takes(FlightPage::write))
        .get(AT + "/{name}", Query.takes(FlightPage::file));
  }

  private static void list(Request request, Response response) throws IOException {
    String token = request.query().get("token");
    String query = token == null ? "" : "?token=" + Html.escape(token);
    StringBuilder page = new StringBuilder(Html.head(AT));
    page.append("<h1>Flight recordings</h1>\n<table>\n");
    for (Recorder recorder : RECORDERS) {
      for (FlightFiles.Flight flight : recorder.files().all()) {
        page.append("<tr><td>").append(flight.time().withNano(0)).append("</td><td>");
        page.append(Html.escape(flight.reason())).append("</td><td>");
        link(flight.events(), "events", query, page);
        page.append("</td><td>");
        link(flight.goroutines(), "goroutines", query, page);
        page.append("</td></tr>\n");
      }
    }
    page.append("</table>\n");
    if (RECORDERS.isEmpty()) {
      page.append("<p>No flight recorder runs.\n");
    } else {
      page.append("<form method=\"post\" action=\"").append(AT).append(query);
      page.append("\"><button>Write one now</button></form>\n");
    }
    response.type("text/html; charset=utf-8").send(page.append("</html>\n").toString());
  }

  /**
   * Makes every recorder write. Refused to pages of other sites, by the header fields in which
   * browsers report them.
   */
  private static void write(Request request, Response response) throws IOException {
    String site = request.header("Sec-Fetch-Site");
    if (site != null && !site.equals("same-origin") && !site.equals("none")) {
      throw new HttpException(403, "asked by a page of another site");
    }
    if (RECORDERS.isEmpty()) {
      throw new HttpException(409, "no flight recorder runs");
    }
    for (Recorder recorder : RECORDERS) {
      recorder.writer().write("by hand");
    }
    list(request, response);
  }

  private static void link(Path file, String text, String query, StringBuilder page) {
    page.append("<a href=\"").append(AT).append('/').append(file.getFileName()).append(query);
    page.append("\">").append(text).append("</a>");
  }

  private static void file(Request request, Response response) throws IOException {
    String name = String.valueOf(request.pathValue("name"));
    for (Recorder recorder : RECORDERS) {
      Path file = recorder.files().find(name);
      if (file != null) {
        response.type(
            name.endsWith(".txt") ? "text/plain; charset=utf-8" : "application/octet-stream");
        try (InputStream in = Files.newInputStream(file);
            OutputStream out = response.outputStream()) {
          in.transferTo(out);
        }
        return;
      }
    }
    throw new HttpException(404, "there is no recording of that name");
  }
}
