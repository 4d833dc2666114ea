package dev.weft.debug.internal.flight;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The files of a flight recorder: of each recording, the events as {@code .jfr} and the goroutines
 * as {@code .txt}. The oldest are deleted when there are too many. Safe for use by any number of
 * threads.
 */
public final class FlightFiles {
  private static final System.Logger LOGGER = System.getLogger("dev.weft.debug");
  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

  /**
   * A recording.
   *
   * @param reason why it was written
   */
  public record Flight(Path events, Path goroutines, String reason, LocalDateTime time) {}

  private final Path folder;
  private final int most;
  private final Deque<Flight> flights = new ArrayDeque<>();
  private int number;

  /** Creates the folder if it does not exist. */
  public FlightFiles(Path folder, int most) throws IOException {
    this.folder = Files.createDirectories(folder);
    this.most = most;
  }

  /** Returns where the next recording goes. */
  public synchronized Flight next(String reason) {
    LocalDateTime now = LocalDateTime.now(ZoneId.systemDefault());
    String name = "weft-" + STAMP.format(now) + "-" + ++number;
    return new Flight(folder.resolve(name + ".jfr"), folder.resolve(name + ".txt"), reason, now);
  }

  /**
   * Adds a recording that has been written, and deletes the oldest if there are too many. One that
   * cannot be deleted is logged, since the new one is there.
   */
  public synchronized void add(Flight flight) {
    flights.addFirst(flight);
    while (flights.size() > most) {
      Flight oldest = flights.removeLast();
      delete(
          oldest, e -> LOGGER.log(Level.WARNING, "an old flight recording cannot be deleted", e));
    }
  }

  /** Deletes what there is of a recording that could not be written. */
  public static void discard(Flight flight, Throwable failure) {
    delete(flight, failure::addSuppressed);
  }

  private static void delete(Flight flight, Consumer<IOException> failed) {
    for (Path file : List.of(flight.events(), flight.goroutines())) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        failed.accept(e);
      }
    }
  }

  /** Returns the recordings, the newest first. */
  public synchronized List<Flight> all() {
    return List.copyOf(flights);
  }

  /** Returns the file of that name, if it belongs to a recording. */
  public synchronized @Nullable Path find(String name) {
    for (Flight flight : flights) {
      for (Path file : List.of(flight.events(), flight.goroutines())) {
        if (String.valueOf(file.getFileName()).equals(name)) {
          return file;
        }
      }
    }
    return null;
  }
}
