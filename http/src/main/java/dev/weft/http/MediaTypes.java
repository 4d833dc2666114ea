package dev.weft.http;

import static java.util.Map.entry;

import java.util.Locale;
import java.util.Map;

/** Media types by file name extension. */
public final class MediaTypes {
  /** The type of unknown content. */
  public static final String UNKNOWN = "application/octet-stream";

  private static final Map<String, String> BY_ENDING =
      Map.ofEntries(
          entry("avif", "image/avif"),
          entry("bin", UNKNOWN),
          entry("bmp", "image/bmp"),
          entry("bz2", "application/x-bzip2"),
          entry("css", "text/css"),
          entry("csv", "text/csv"),
          entry("gif", "image/gif"),
          entry("gz", "application/gzip"),
          entry("htm", "text/html"),
          entry("html", "text/html"),
          entry("ico", "image/x-icon"),
          entry("jar", "application/java-archive"),
          entry("java", "text/plain"),
          entry("jpeg", "image/jpeg"),
          entry("jpg", "image/jpeg"),
          entry("js", "text/javascript"),
          entry("json", "application/json"),
          entry("log", "text/plain"),
          entry("m4a", "audio/mp4"),
          entry("map", "application/json"),
          entry("md", "text/markdown"),
          entry("mjs", "text/javascript"),
          entry("mp3", "audio/mpeg"),
          entry("mp4", "video/mp4"),
          entry("oga", "audio/ogg"),
          entry("ogg", "audio/ogg"),
          entry("ogv", "video/ogg"),
          entry("otf", "font/otf"),
          entry("pdf", "application/pdf"),
          entry("png", "image/png"),
          entry("rtf", "application/rtf"),
          entry("svg", "image/svg+xml"),
          entry("tar", "application/x-tar"),
          entry("tif", "image/tiff"),
          entry("tiff", "image/tiff"),
          entry("ttf", "font/ttf"),
          entry("txt", "text/plain"),
          entry("wasm", "application/wasm"),
          entry("wav", "audio/wav"),
          entry("webm", "video/webm"),
          entry("webmanifest", "application/manifest+json"),
          entry("webp", "image/webp"),
          entry("woff", "font/woff"),
          entry("woff2", "font/woff2"),
          entry("xhtml", "application/xhtml+xml"),
          entry("xml", "application/xml"),
          entry("xz", "application/x-xz"),
          entry("yaml", "application/yaml"),
          entry("yml", "application/yaml"),
          entry("zip", "application/zip"),
          entry("zst", "application/zstd"));

  private MediaTypes() {}

  /** Returns the type of a file by its name, with the charset UTF-8 if it is text. */
  public static String of(String fileName) {
    int dot = fileName.lastIndexOf('.');
    String ending = dot < 0 ? "" : fileName.substring(dot + 1).toLowerCase(Locale.ROOT);
    String type = BY_ENDING.getOrDefault(ending, UNKNOWN);
    return type.startsWith("text/") ? type + "; charset=utf-8" : type;
  }

  /** Reports whether compression usually shortens content of the type. */
  static boolean isCompressible(String mediaType) {
    int semicolon = mediaType.indexOf(';');
    String type = (semicolon < 0 ? mediaType : mediaType.substring(0, semicolon)).strip();
    return (type.startsWith("text/") && !type.equals("text/event-stream"))
        || type.endsWith("+xml")
        || type.endsWith("+json")
        || switch (type) {
          case "application/json",
              "application/xml",
              "application/yaml",
              "application/wasm",
              "application/rtf",
              "application/javascript",
              "image/bmp",
              "image/x-icon",
              "font/ttf",
              "font/otf" ->
              true;
          default -> false;
        };
  }
}
