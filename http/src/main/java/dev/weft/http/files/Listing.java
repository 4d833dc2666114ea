package dev.weft.http.files;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes the page that lists the contents of a folder. */
final class Listing {
  private static final int MAX_ENTRIES = 10_000;

  private Listing() {}

  /**
   * @param entries what is in the folder
   */
  static String page(String title, DirectoryStream<Path> entries, boolean withParent)
      throws IOException {
    List<String> names = new ArrayList<>();
    try {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        if (!name.startsWith(".") && names.size() < MAX_ENTRIES) {
          names.add(Files.isDirectory(entry) ? name + "/" : name);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    names.sort(String.CASE_INSENSITIVE_ORDER);
    StringBuilder page = new StringBuilder();
    page.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>")
        .append(escape(title))
        .append("</title></head>\n<body><h1>")
        .append(escape(title))
        .append("</h1>\n<ul>\n");
    if (withParent) {
      page.append("<li><a href=\"../\">../</a></li>\n");
    }
    for (String name : names) {
      page.append("<li><a href=\"./").append(encode(name)).append("\">");
      page.append(escape(name)).append("</a></li>\n");
    }
    return page.append("</ul></body></html>\n").toString();
  }

  private static String encode(String name) {
    boolean folder = name.endsWith("/");
    String bare = folder ? name.substring(0, name.length() - 1) : name;
    String encoded = URLEncoder.encode(bare, StandardCharsets.UTF_8).replace("+", "%20");
    return folder ? encoded + "/" : encoded;
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
