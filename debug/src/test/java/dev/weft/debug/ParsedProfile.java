package dev.weft.debug;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.UnknownFieldSet;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** A profile as protobuf-java reads it, by the numbers of the fields in profile.proto. */
public final class ParsedProfile {
  /**
   * One sample.
   *
   * @param functions innermost first
   */
  public record Sample(
      List<String> functions, List<Long> lines, List<Long> values, Map<String, String> labels) {}

  public final List<String> types = new ArrayList<>();
  public final List<Sample> samples = new ArrayList<>();

  private final List<String> strings = new ArrayList<>();
  private final Map<Long, UnknownFieldSet> locations = new HashMap<>();
  private final Map<Long, UnknownFieldSet> functions = new HashMap<>();

  public ParsedProfile(byte[] compressed) throws IOException {
    byte[] plain = new GZIPInputStream(new ByteArrayInputStream(compressed)).readAllBytes();
    UnknownFieldSet profile = UnknownFieldSet.parseFrom(plain);
    profile.getField(6).getLengthDelimitedList().forEach(s -> strings.add(s.toStringUtf8()));
    if (!strings.getFirst().isEmpty()) {
      throw new IOException("the first string is not the empty one");
    }
    for (UnknownFieldSet type : messages(profile, 1)) {
      types.add(string(number(type, 1)) + "/" + string(number(type, 2)));
    }
    for (UnknownFieldSet location : messages(profile, 4)) {
      locations.put(number(location, 1), location);
    }
    for (UnknownFieldSet function : messages(profile, 5)) {
      functions.put(number(function, 1), function);
    }
    for (UnknownFieldSet sample : messages(profile, 2)) {
      samples.add(read(sample));
    }
  }

  private Sample read(UnknownFieldSet sample) throws IOException {
    List<String> names = new ArrayList<>();
    List<Long> lines = new ArrayList<>();
    for (long id : packed(sample, 1)) {
      UnknownFieldSet line = messages(locations.get(id), 4).getFirst();
      names.add(string(number(functions.get(number(line, 1)), 2)));
      lines.add(number(line, 2));
    }
    Map<String, String> labels = new HashMap<>();
    for (UnknownFieldSet label : messages(sample, 3)) {
      labels.put(string(number(label, 1)), string(number(label, 2)));
    }
    return new Sample(names, lines, packed(sample, 2), labels);
  }

  private static List<UnknownFieldSet> messages(UnknownFieldSet of, int field) throws IOException {
    List<UnknownFieldSet> all = new ArrayList<>();
    for (var bytes : of.getField(field).getLengthDelimitedList()) {
      all.add(UnknownFieldSet.parseFrom(bytes));
    }
    return all;
  }

  private static List<Long> packed(UnknownFieldSet of, int field) throws IOException {
    List<Long> all = new ArrayList<>();
    for (var bytes : of.getField(field).getLengthDelimitedList()) {
      CodedInputStream in = bytes.newCodedInput();
      while (!in.isAtEnd()) {
        all.add(in.readInt64());
      }
    }
    return all;
  }

  private static long number(UnknownFieldSet of, int field) {
    List<Long> values = of.getField(field).getVarintList();
    return values.isEmpty() ? 0 : values.getFirst();
  }

  private String string(long number) {
    return strings.get((int) number);
  }
}
