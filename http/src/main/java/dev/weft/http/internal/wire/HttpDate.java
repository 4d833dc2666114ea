package dev.weft.http.internal.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.Year;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Dates as HTTP writes them (RFC 9110, 5.6.7), and the current one as a field line. */
public final class HttpDate {
  private static final DateTimeFormatter IMF_FIXDATE = formatter("EEE, dd MMM yyyy HH:mm:ss 'GMT'");

  /** IMF-fixdate, and the two obsolete forms that a recipient has to understand. */
  private static final List<DateTimeFormatter> ACCEPTED =
      List.of(IMF_FIXDATE, twoDigitYear(), formatter("EEE MMM ppd HH:mm:ss yyyy"));

  private static final long MILLIS_OF_SECOND = 1000;

  private static volatile Line current = Line.at(System.nanoTime());

  private HttpDate() {}

  /** The obsolete form of RFC 850, whose years are at most 50 ahead. */
  private static DateTimeFormatter twoDigitYear() {
    int first = Year.now(ZoneOffset.UTC).getValue() - 49;
    return new DateTimeFormatterBuilder()
        .appendPattern("EEEE, dd-MMM-")
        .appendValueReduced(ChronoField.YEAR, 2, 2, first)
        .appendPattern(" HH:mm:ss 'GMT'")
        .toFormatter(Locale.ENGLISH)
        .withZone(ZoneOffset.UTC);
  }

  private static DateTimeFormatter formatter(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).withZone(ZoneOffset.UTC);
  }

  /**
   * A Date field line, at most a second old.
   *
   * @param nanoTime {@link System#nanoTime} of now
   */
  public static byte[] line(long nanoTime) {
    Line line = current;
    if (nanoTime - line.staleAt >= 0) {
      line = Line.at(nanoTime);
      current = line; // Several threads may write it, with the same result.
    }
    return line.bytes;
  }

  public static String format(Instant time) {
    return IMF_FIXDATE.format(time);
  }

  /** Parses the text; returns null if it is not an HTTP date. */
  public static @Nullable Instant parse(String text) {
    for (DateTimeFormatter form : ACCEPTED) {
      try {
        return Instant.from(form.parse(text));
      } catch (DateTimeException notThisForm) {
        // the next one
      }
    }
    return null;
  }

  private static final class Line {
    final byte[] bytes;
    final long staleAt;

    private Line(byte[] bytes, long staleAt) {
      this.bytes = bytes;
      this.staleAt = staleAt;
    }

    static Line at(long nanoTime) {
      long millis = System.currentTimeMillis();
      byte[] bytes = ("Date: " + format(Instant.ofEpochMilli(millis)) + "\r\n").getBytes(US_ASCII);
      long left = MILLIS_OF_SECOND - millis % MILLIS_OF_SECOND;
      return new Line(bytes, nanoTime + TimeUnit.MILLISECONDS.toNanos(left));
    }
  }
}
