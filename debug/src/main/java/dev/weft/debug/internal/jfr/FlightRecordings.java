package dev.weft.debug.internal.jfr;

import dev.weft.Weft;
import dev.weft.debug.internal.pprof.StackProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;
import org.jspecify.annotations.Nullable;

/**
 * Records for some time and returns the result. There is one recording at a time, because every
 * recording receives the events that any of them enables.
 */
public final class FlightRecordings {
  private static final Semaphore FREE = new Semaphore(1);

  private FlightRecordings() {}

  /** Processes a recording's file, which is deleted afterwards. */
  private interface Reader<T> {
    T read(Path file, Instant from) throws IOException;
  }

  /**
   * Takes a profile.
   *
   * @return null when another recording is under way
   */
  public static @Nullable StackProfile profile(FlightProfile profile, Duration during)
      throws IOException, InterruptedException {
    return record(
        new Recording(), profile::enable, during, (file, from) -> profile.read(file, from, during));
  }

  /**
   * Records all events of the JDK's configuration "profile".
   *
   * @return the file's content; null when another recording is under way
   */
  public static byte @Nullable [] trace(Duration during) throws IOException, InterruptedException {
    try {
      return record(
          new Recording(Configuration.getConfiguration("profile")),
          _ -> {},
          during,
          (file, _) -> Files.readAllBytes(file));
    } catch (ParseException e) {
      throw new IOException("the JDK's recorder configuration cannot be read", e);
    }
  }

  private static <T> @Nullable T record(
      Recording recording, Consumer<Recording> setUp, Duration during, Reader<T> reader)
      throws IOException, InterruptedException {
    try (recording) {
      if (!FREE.tryAcquire()) {
        return null;
      }
      try {
        setUp.accept(recording);
        Instant from = Instant.now();
        Weft.blocking(() -> {
          recording.start();
          return true;
        });
        Weft.sleep(during);
        return Weft.blocking(() -> readAndDelete(recording, from, reader));
      } finally {
        FREE.release();
      }
    }
  }

  private static <T> T readAndDelete(Recording recording, Instant from, Reader<T> reader)
      throws IOException {
    recording.stop();
    Path file = Files.createTempFile("weft-debug", ".jfr");
    try {
      recording.dump(file);
      return reader.read(file, from);
    } finally {
      Files.delete(file);
    }
  }
}
