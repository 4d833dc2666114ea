package dev.weft.debug.internal.page;

/** The frame of a self-contained page. */
public final class Html {
  private Html() {}

  public static String head(String title) {
    return """
    <!doctype html>
    <html lang="en">
    <meta charset="utf-8">
    <meta name="color-scheme" content="light dark">
    <title>%s</title>
    <style>
    body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem; }
    td { padding: 0 1.5rem 0 0; vertical-align: top; }
    </style>
    """
        .formatted(title);
  }

  /** Escapes text for an element, or an attribute in double quotes. */
  public static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
