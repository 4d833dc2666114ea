package dev.weft.http.internal.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Whatever bytes come, parsers answer, refuse, or ask for more; and always the same, however the
 * bytes are divided. With {@code JAZZER_FUZZ=1} in the environment they search for other input.
 */
class WireFuzzTest {
  private static final HeadLimits LIMITS = new HeadLimits(200, 2000, 20, 8);

  /** What came of a head: everything it says, why it was refused, or that it is not complete. */
  private static List<Object> parse(byte[] bytes, int step) {
    var parser = new RequestParser(LIMITS);
    try {
      for (int to = Math.min(step, bytes.length); ; to = Math.min(bytes.length, to + step)) {
        if (parser.parse(bytes, 0, to)) {
          return describe(parser);
        }
        if (to == bytes.length) {
          return List.of("incomplete");
        }
      }
    } catch (MalformedException e) {
      return List.of(e.status());
    }
  }

  private static List<Object> describe(RequestParser parser) {
    RequestHead head = parser.head();
    var cache = new StringCache();
    List<Object> all = new ArrayList<>();
    all.add(parser.length());
    all.add(head.method());
    all.add(head.target(cache));
    all.add(head.rawPath(cache));
    all.add(String.valueOf(head.rawQuery()));
    all.add(head.authority());
    all.add(head.contentLength());
    all.add(head.isChunked());
    all.add(head.wantsClose());
    for (int i = 0; i < head.fields().size(); i++) {
      String name = head.fields().name(i);
      String value = head.fields().value(i);
      assertThat(Ascii.isToken(name)).isTrue();
      assertThat(Ascii.isValue(value)).isTrue();
      assertThat(value).isEqualTo(value.replaceAll("^[ \t]+|[ \t]+$", ""));
      all.add(name + ":" + value);
    }
    // What was taken is unambiguous.
    assertThat(head.isChunked() && head.contentLength() >= 0).isFalse();
    assertThat(head.minorVersion() == 0 && head.isChunked()).isFalse();
    return all;
  }

  @FuzzTest(maxDuration = "1m")
  void heads(byte[] bytes) {
    List<Object> whole = parse(bytes, Math.max(1, bytes.length));
    for (int step : new int[] {1, 3, 8}) {
      List<Object> pieces = parse(bytes, step);
      // Over a limit it may show as another limit first; everything else is the same.
      if (!isOverLimit(whole) || !isOverLimit(pieces)) {
        assertThat(pieces).isEqualTo(whole);
      }
    }
  }

  /** As {@link #parse}, of a response; with its body, if it is complete and not refused. */
  private static List<Object> respond(byte[] bytes, int step) {
    var parser = new ResponseParser(LIMITS);
    var source = new ByteArrayInputStream(bytes);
    var in = new InputBuffer(4096);
    in.attach((into, offset, length) -> source.read(into, offset, Math.min(step, length)));
    List<Object> all = new ArrayList<>();
    try {
      while (!parser.parse(in.bytes(), in.position(), in.limit())) {
        if (in.fill() < 0) {
          return List.of("incomplete");
        }
      }
      in.skip(parser.length());
      ResponseHead head = parser.head();
      assertThat(head.status()).isBetween(100, 599);
      assertThat(head.isChunked() && head.contentLength() >= 0).isFalse();
      all.add(head.status() + head.reason() + head.isInterim() + head.wantsClose());
      for (int i = 0; i < head.fields().size(); i++) {
        all.add(head.fields().name(i) + ":" + head.fields().value(i));
      }
      all.add(body(in, head));
      return all;
    } catch (MalformedException e) {
      return List.of(e.status());
    } catch (EOFException e) {
      return List.of("incomplete");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String body(InputBuffer in, ResponseHead head) throws IOException {
    var body = new BodyReader(in, LIMITS);
    if (head.isBodiless()) {
      body.beginWithout();
    } else if (head.endsWithConnection()) {
      body.beginToEnd();
    } else {
      body.begin(head, 10_000);
    }
    var content = new StringBuilder();
    byte[] buffer = new byte[50];
    for (int n; (n = body.read(buffer, 0, buffer.length)) >= 0; ) {
      content.append(new String(buffer, 0, n, ISO_8859_1));
    }
    return content.toString();
  }

  @FuzzTest(maxDuration = "1m")
  void responses(byte[] bytes) {
    List<Object> whole = respond(bytes, 4096);
    for (int step : new int[] {1, 3}) {
      List<Object> pieces = respond(bytes, step);
      if (!isOverLimit(whole) || !isOverLimit(pieces)) {
        assertThat(pieces).isEqualTo(whole);
      }
    }
  }

  private static boolean isOverLimit(List<Object> outcome) {
    return outcome.size() == 1 && !outcome.getFirst().equals("incomplete");
  }

  private static String decode(byte[] bytes, int step, int[] left) {
    var in = new InputBuffer(32);
    var decoder = new ChunkedDecoder(LIMITS);
    var source = new ByteArrayInputStream(bytes);
    in.attach((into, offset, length) -> source.read(into, offset, Math.min(step, length)));
    decoder.begin();
    decoder.limit(10_000);
    var decoded = new StringBuilder();
    byte[] buffer = new byte[50];
    try {
      for (int n; (n = decoder.read(in, buffer, 0, buffer.length)) >= 0; ) {
        decoded.append(new String(buffer, 0, n, ISO_8859_1));
      }
      for (int i = 0; i < decoder.trailers().size(); i++) {
        decoded.append('|').append(decoder.trailers().name(i)).append(decoder.trailers().value(i));
      }
      left[0] = in.available() + source.available();
      return decoded.toString();
    } catch (EOFException e) {
      return decoded + " incomplete";
    } catch (MalformedException e) {
      return decoded + " refused: " + e.getMessage();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @FuzzTest(maxDuration = "1m")
  void chunks(byte[] bytes) {
    int[] left = new int[1];
    String whole = decode(bytes, 1 << 20, left);
    int behind = left[0];
    for (int step : new int[] {1, 5}) {
      assertThat(decode(bytes, step, left)).isEqualTo(whole);
      assertThat(left[0]).isEqualTo(behind);
    }
  }

  @FuzzTest(maxDuration = "1m")
  void dates(byte[] bytes) {
    var date = HttpDate.parse(new String(bytes, ISO_8859_1));
    if (date != null) {
      assertThat(HttpDate.parse(HttpDate.format(date))).isEqualTo(date);
    }
  }
}
