package dev.weft.http.internal.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpDateTest {
  private static final Instant EXAMPLE = Instant.parse("1994-11-06T08:49:37Z");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994"
      })
  void readsAllThreeForms(String text) {
    assertThat(HttpDate.parse(text)).isEqualTo(EXAMPLE);
  }

  @Test
  void writesTheFixedForm() {
    assertThat(HttpDate.format(EXAMPLE)).isEqualTo("Sun, 06 Nov 1994 08:49:37 GMT");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yesterday", "Sun, 06 Nov 1994 08:49:37", "1994-11-06T08:49:37Z"})
  void knowsWhatIsNoDate(String text) {
    assertThat(HttpDate.parse(text)).isNull();
  }

  @Test
  void theLineIsMadeAnewWhenItsSecondIsOver() {
    long now = System.nanoTime();
    byte[] line = HttpDate.line(now);
    assertThat(new String(line, US_ASCII)).matches("Date: \\w{3}, \\d\\d .* GMT\r\n");
    assertThat(HttpDate.line(now + TimeUnit.SECONDS.toNanos(2))).isNotSameAs(line);
  }
}
