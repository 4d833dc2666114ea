package dev.weft.http;

import dev.weft.http.internal.wire.PercentEncoding;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The decoded names and values of a query or a form, in their order. A name may occur several
 * times. Immutable.
 */
public final class Parameters {
  /** Bounds the memory, which exceeds that of the encoded bytes; forms have fewer parameters. */
  private static final int MAX_PARAMETERS = 1000;

  private static final Parameters NONE = new Parameters(Map.of());

  private final Map<String, List<String>> values;

  private Parameters(Map<String, List<String>> values) {
    this.values = values;
  }

  /**
   * Decodes {@code application/x-www-form-urlencoded}, by the WHATWG's URL standard: pairs
   * separated by ampersands, plus signs for spaces, UTF-8. A percent sign without two digits is
   * kept.
   *
   * @param encoded the query of a URI, without the question mark, or a form's body; {@code null}
   *     for none
   * @throws HttpException 400 when there are more than 1,000
   */
  public static Parameters parse(@Nullable String encoded) throws HttpException {
    if (encoded == null || encoded.isEmpty()) {
      return NONE;
    }
    Map<String, List<String>> values = new LinkedHashMap<>();
    int count = 0;
    for (int from = 0; from <= encoded.length(); ) {
      int ampersand = encoded.indexOf('&', from);
      int to = ampersand < 0 ? encoded.length() : ampersand;
      if (to > from) {
        if (++count > MAX_PARAMETERS) {
          throw new HttpException(400, "more than " + MAX_PARAMETERS + " parameters");
        }
        int equals = encoded.indexOf('=', from);
        int nameTo = equals < 0 || equals > to ? to : equals;
        String name = PercentEncoding.decode(encoded, from, nameTo, true);
        String value = nameTo == to ? "" : PercentEncoding.decode(encoded, nameTo + 1, to, true);
        values.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(value);
      }
      from = to + 1;
    }
    return new Parameters(values);
  }

  /** Returns a builder, for parameters from other sources. */
  public static Builder builder() {
    return new Builder();
  }

  /** Builds parameters. Not safe for use by several threads. */
  public static final class Builder {
    private final Map<String, List<String>> values = new LinkedHashMap<>();

    private Builder() {}

    /** Adds a value, behind those of the same name. */
    public Builder add(String name, String value) {
      values.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(value);
      return this;
    }

    public Parameters build() {
      return new Parameters(new LinkedHashMap<>(values));
    }
  }

  /** Returns the first value of this name, or null. */
  public @Nullable String get(String name) {
    List<String> all = values.get(name);
    return all == null ? null : all.getFirst();
  }

  /** Returns the first value of this name, or {@code otherwise}. */
  public String get(String name, String otherwise) {
    String value = get(name);
    return value == null ? otherwise : value;
  }

  /** Returns all values of this name. */
  public List<String> all(String name) {
    return Collections.unmodifiableList(values.getOrDefault(name, List.of()));
  }

  public Set<String> names() {
    return Collections.unmodifiableSet(values.keySet());
  }

  /**
   * Encodes them as {@link #parse} decodes them: for a query, or for the body of a form. Values of
   * one name follow each other.
   */
  public String encode() {
    StringBuilder encoded = new StringBuilder();
    values.forEach((name, all) -> {
      for (String value : all) {
        encoded
            .append(encoded.isEmpty() ? "" : "&")
            .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
            .append('=')
            .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
      }
    });
    return encoded.toString();
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
