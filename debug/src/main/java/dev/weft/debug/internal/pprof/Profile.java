package dev.weft.debug.internal.pprof;

import dev.weft.debug.internal.proto.ProtoWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;

/**
 * A profile as {@code profile.proto} of pprof defines it: stacks with one value for each type.
 * Strings, functions and locations are written once and referred to by number. Not safe for use by
 * several threads.
 */
public final class Profile {
  /** What a value counts, such as "cpu" in "nanoseconds". */
  public record ValueType(String type, String unit) {}

  private record Function(String name, String file) {}

  // Fields of the messages, as profile.proto numbers them.
  private static final int SAMPLE_TYPE = 1;
  private static final int SAMPLE = 2;
  private static final int MAPPING = 3;
  private static final int LOCATION = 4;
  private static final int FUNCTION = 5;
  private static final int STRING_TABLE = 6;
  private static final int TIME_NANOS = 9;
  private static final int DURATION_NANOS = 10;
  private static final int PERIOD_TYPE = 11;
  private static final int PERIOD = 12;

  private final ProtoWriter out = new ProtoWriter();
  private final Map<String, Integer> strings = new LinkedHashMap<>();
  private final Map<Function, Integer> functions = new HashMap<>();
  private final Map<Frame, Integer> locations = new HashMap<>();

  /**
   * @param types of the values of each sample
   */
  public Profile(List<ValueType> types) {
    string(""); // Number 0 has to be the empty string.
    types.forEach(type -> out.message(SAMPLE_TYPE, valueType(type)));
    // Functions are named already: without a mapping that says so, pprof looks for a binary.
    out.message(MAPPING, new ProtoWriter().number(1, 1).flag(7, true).flag(8, true).flag(9, true));
  }

  /** When the profile was taken, and how long that took. */
  public Profile taken(Instant at, Duration during) {
    out.number(TIME_NANOS, TimeUnit.SECONDS.toNanos(at.getEpochSecond()) + at.getNano());
    out.number(DURATION_NANOS, during.toNanos());
    return this;
  }

  /** The distance between two samples. */
  public Profile period(ValueType type, long period) {
    out.message(PERIOD_TYPE, valueType(type));
    out.number(PERIOD, period);
    return this;
  }

  private ProtoWriter valueType(ValueType type) {
    return new ProtoWriter().number(1, string(type.type())).number(2, string(type.unit()));
  }

  /**
   * Adds a sample.
   *
   * @param stack innermost frame first
   * @param labels text by name
   * @param values one for each type
   */
  public void sample(List<Frame> stack, Map<String, String> labels, long... values) {
    ProtoWriter sample = new ProtoWriter();
    sample.numbers(1, stack.stream().mapToLong(this::location).toArray());
    sample.numbers(2, values);
    labels.forEach((name, text) ->
        sample.message(3, new ProtoWriter().number(1, string(name)).number(2, string(text))));
    out.message(SAMPLE, sample);
  }

  private int string(String text) {
    return strings.computeIfAbsent(text, _ -> strings.size());
  }

  private int location(Frame frame) {
    Integer known = locations.get(frame);
    if (known != null) {
      return known;
    }
    int id = locations.size() + 1;
    locations.put(frame, id);
    ProtoWriter line =
        new ProtoWriter()
            .number(1, function(new Function(frame.function(), frame.file())))
            .number(2, frame.line());
    out.message(LOCATION, new ProtoWriter().number(1, id).number(2, 1).message(4, line));
    return id;
  }

  private int function(Function function) {
    Integer known = functions.get(function);
    if (known != null) {
      return known;
    }
    int id = functions.size() + 1;
    functions.put(function, id);
    int name = string(function.name());
    out.message(
        FUNCTION,
        new ProtoWriter()
            .number(1, id)
            .number(2, name)
            .number(3, name)
            .number(4, string(function.file())));
    return id;
  }

  /** Returns the whole profile, compressed. To be called once. */
  public byte[] toGzip() {
    strings.keySet().forEach(text -> out.text(STRING_TABLE, text));
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(out.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e); // writing to memory does not fail
    }
    return compressed.toByteArray();
  }
}
