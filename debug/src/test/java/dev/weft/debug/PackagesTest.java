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
                  "internal.metrics",
                  "internal.page",
                  "dev.weft.http",
                  "dev.weft.net",
                  "dev.weft.net.pool",
                  "dev.weft.internal.track"),
          "internal.metrics",
              Set.of(
                  "dev.weft",
                  "dev.weft.http",
                  "dev.weft.net.pool",
                  "dev.weft.stats",
                  "dev.weft.internal.inspect"),
          "internal.page",
              Set.of(
                  "internal.goroutine",
                  "internal.jfr",
                  "dev.weft",
                  "dev.weft.http",
                  "dev.weft.net",
                  "dev.weft.stats",
                  "dev.weft.internal.inspect",
                  "dev.weft.internal.sys",
                  "dev.weft.internal.track"),
          "internal.goroutine",
              Set.of(
                  "internal.pprof",
                  "dev.weft",
                  "dev.weft.stats",
                  "dev.weft.internal.inspect",
                  "dev.weft.internal.track"),
          "internal.jfr", Set.of("internal.pprof", "dev.weft", "dev.weft.internal.inspect"),
          "internal.pprof", Set.of());

  @Test
  void packagesUseThoseBelowThemAndNoOthers() throws Exception {
    assertThat(PackageUses.below(ROOT, PackageUses.classesBuiltWith(Debug.class)))
        .containsExactlyInAnyOrderEntriesOf(USED);
  }
}
