package dev.weft.debug.internal.pprof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.debug.ParsedProfile;
import dev.weft.debug.internal.pprof.Profile.ValueType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ProfileTest {
  private final Profile profile =
      new Profile(List.of(new ValueType("samples", "count"), new ValueType("cpu", "nanoseconds")));

  @Test
  void stacksValuesAndLabelsAreReadBack() throws Exception {
    Frame inner = new Frame("a.B.inner", "B.java", 12);
    Frame outer = new Frame("a.B.outer", "B.java", 300);
    profile.sample(List.of(inner, outer), Map.of("label", "tenant-7"), 0, 1L << 40);
    profile.sample(List.of(outer), Map.of(), 3, -1);
    ParsedProfile parsed =
        new ParsedProfile(profile.taken(Instant.now(), Duration.ofSeconds(1)).toGzip());
    assertThat(parsed.types).containsExactly("samples/count", "cpu/nanoseconds");
    assertThat(parsed.samples)
        .containsExactly(
            new ParsedProfile.Sample(
                List.of("a.B.inner", "a.B.outer"),
                List.of(12L, 300L),
                List.of(0L, 1L << 40),
                Map.of("label", "tenant-7")),
            new ParsedProfile.Sample(
                List.of("a.B.outer"), List.of(300L), List.of(3L, -1L), Map.of()));
  }

  @Test
  void textOutsideOfAsciiSurvives() throws Exception {
    profile.sample(List.of(new Frame("größe.Ω", "", 0)), Map.of(), 1, 1);
    assertThat(new ParsedProfile(profile.toGzip()).samples.getFirst().functions())
        .containsExactly("größe.Ω");
  }
}
