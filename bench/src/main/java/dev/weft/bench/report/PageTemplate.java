package dev.weft.bench.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * A page from this package's resources, with placeholders that are each filled once. Not an HTML
 * library, because nothing is escaped here: data goes in as JSON, and the script puts it on the
 * page.
 */
final class PageTemplate {
  private String page;

  PageTemplate(String name) throws IOException {
    page = resource(name);
  }

  /** Inserts a resource. */
  PageTemplate include(String placeholder, String name) throws IOException {
    return put(placeholder, resource(name));
  }

  PageTemplate put(String placeholder, String text) {
    int at = page.indexOf(placeholder);
    if (at < 0) {
      throw new IllegalStateException("the page's template lacks " + placeholder);
    }
    page = page.substring(0, at) + text + page.substring(at + placeholder.length());
    return this;
  }

  @Override
  public String toString() {
    return page;
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = PageTemplate.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("the jar lacks " + name + "; build it anew");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
