package dev.weft.debug.internal.dash;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The page as one document, which loads nothing but the figures: styles and scripts are embedded in
 * it.
 */
final class Page {
  /** In the order in which they are evaluated: later ones use earlier ones. */
  private static final List<String> SCRIPTS =
      List.of(
          "format.js",
          "window.js",
          "charts.js",
          "heat.js",
          "scheduler.js",
          "goroutines.js",
          "network.js",
          "pprof.js",
          "flame.js",
          "dashboard.js");

  private Page() {}

  static String assemble() throws IOException {
    StringBuilder styles = new StringBuilder(WebJar.read("uplot", "dist/uPlot.min.css"));
    styles.append('\n').append(read("dashboard.css"));
    StringBuilder scripts = new StringBuilder();
    script(WebJar.read("uplot", "dist/uPlot.iife.min.js"), scripts);
    for (String name : SCRIPTS) {
      script(read(name), scripts);
    }
    return read("dashboard.html").replace("/*STYLES*/", styles).replace("<!--SCRIPTS-->", scripts);
  }

  private static void script(String text, StringBuilder out) {
    out.append("<script>\n").append(text).append("\n</script>\n");
  }

  private static String read(String name) throws IOException {
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("the jar of the debug module lacks " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
