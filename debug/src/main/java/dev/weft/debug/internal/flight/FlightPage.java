package dev.weft.debug.internal.flight;

import dev.weft.debug.internal.page.Html;
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
  private static final List<FlightFiles> RECORDERS = new CopyOnWriteArrayList<>();

  private FlightPage() {}

  /** Shows the recordings of one more recorder. */
  public static void add(FlightFiles files) {
    RECORDERS.add(files);
  }

  /** Shows them no longer. */
  public static void remove(FlightFiles files) {
    RECORDERS.remove(files);
  }

  /** Adds the routes. */
  public static void addTo(Router.Builder router) {
    router.get(AT, FlightPage::list).get(AT + "/{name}", FlightPage::file);
  }

  private static void list(Request request, Response response) throws IOException {
    String token = request.query().get("token");
    String query = token == null ? "" : "?token=" + Html.escape(token);
    StringBuilder page = new StringBuilder(Html.head(AT));
    page.append("<h1>Flight recordings</h1>\n<table>\n");
    for (FlightFiles files : RECORDERS) {
      for (FlightFiles.Flight flight : files.all()) {
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
    }
    response.type("text/html; charset=utf-8").send(page.append("</html>\n").toString());
  }

  private static void link(Path file, String text, String query, StringBuilder page) {
    page.append("<a href=\"").append(AT).append('/').append(file.getFileName()).append(query);
    page.append("\">").append(text).append("</a>");
  }

  private static void file(Request request, Response response) throws IOException {
    String name = String.valueOf(request.pathValue("name"));
    for (FlightFiles files : RECORDERS) {
      Path file = files.find(name);
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
