package dev.weft.bench.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes a report as JSON for other programs. */
public final class JsonFile {
  private static final Gson GSON = new GsonBuilder().setPrettyPrinting().create();

  private JsonFile() {}

  public static void write(Report report, Path file) throws IOException {
    Files.writeString(file, toJson(report) + "\n");
  }

  public static void write(ScenarioReport report, Path file) throws IOException {
    Files.writeString(file, GSON.toJson(report) + "\n");
  }

  static String toJson(Report report) {
    return GSON.toJson(report);
  }

  static Report parse(String json) {
    return GSON.fromJson(json, Report.class);
  }
}
