package dev.weft.debug;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.PackageUses;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Checks the dependencies between packages against the table in ARCHITECTURE.md. */
class PackagesTest {
  private static final String ROOT = "dev.weft.debug";

  private static final Map<String, Set<String>> USED =
      Map.of(
          "",
          Set.of(
              "internal.dash",
              "internal.flight",
              "internal.goroutine",
              "internal.jfr",
              "internal.leak",
              "internal.metrics",
              "internal.page",
              "dev.weft.http",
              "dev.weft.internal.track",
              "dev.weft.net",
              "dev.weft.net.pool"),
          "internal.dash",
          Set.of(
              "internal.goroutine",
              "internal.page",
              "dev.weft",
              "dev.weft.http",
              "dev.weft.internal.inspect",
              "dev.weft.internal.track",
              "dev.weft.stats"),
          "internal.flight",
          Set.of(
              "internal.goroutine",
              "internal.page",
              "dev.weft",
              "dev.weft.http",
              "dev.weft.internal.inspect",
              "dev.weft.internal.track",
              "dev.weft.stats"),
          "micrometer",
          Set.of("dev.weft", "dev.weft.stats"),
          "internal.metrics",
          Set.of(
              "dev.weft",
              "dev.weft.http",
              "dev.weft.internal.inspect",
              "dev.weft.net.pool",
              "dev.weft.stats"),
          "internal.page",
          Set.of(
              "internal.goroutine",
              "internal.jfr",
              "internal.leak",
              "dev.weft",
              "dev.weft.http",
              "dev.weft.internal.inspect",
              "dev.weft.internal.sys",
              "dev.weft.internal.track",
              "dev.weft.net",
              "dev.weft.stats"),
          "internal.leak",
          Set.of(
              "internal.goroutine",
              "internal.pprof",
              "dev.weft",
              "dev.weft.net.pool",
              "dev.weft.internal.inspect",
              "dev.weft.internal.track",
              "dev.weft.internal.sys"),
          "internal.jfr",
          Set.of(
              "internal.pprof",
              "dev.weft",
              "dev.weft.internal.inspect",
              "dev.weft.internal.track",
              "dev.weft.stats"),
          "internal.goroutine",
          Set.of(
              "internal.pprof",
              "dev.weft",
              "dev.weft.internal.inspect",
              "dev.weft.internal.track",
              "dev.weft.stats"),
          "internal.pprof",
          Set.of());

  @Test
  void packagesUseThoseBelowThemAndNoOthers() throws Exception {
    assertThat(PackageUses.below(ROOT, PackageUses.classesBuiltWith(Debug.class)))
        .containsExactlyInAnyOrderEntriesOf(USED);
  }
}
