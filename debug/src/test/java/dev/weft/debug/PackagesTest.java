package dev.weft.debug;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.testing.PackageUses;
import dev.weft.testing.TimedWaits;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Checks the dependencies between packages against the table in ARCHITECTURE.md. */
class PackagesTest {
  private static final String ROOT = "dev.weft.debug";

  private static final Map<String, Set<String>> USED =
      Map.ofEntries(
          Map.entry(
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
                  "dev.weft.http.client",
                  "dev.weft.http.server",
                  "dev.weft.internal.closing",
                  "dev.weft.internal.track",
                  "dev.weft.net",
                  "dev.weft.net.limit",
                  "dev.weft.net.pool",
                  "dev.weft.net.tls")),
          Map.entry("logback", Set.of("otel", "dev.weft.internal.track")),
          Map.entry("micrometer", Set.of("dev.weft", "dev.weft.stats")),
          Map.entry(
              "otel",
              Set.of(
                  "dev.weft.context",
                  "dev.weft.http",
                  "dev.weft.http.client",
                  "dev.weft.net",
                  "dev.weft.net.tls")),
          Map.entry(
              "internal.dash",
              Set.of(
                  "internal.goroutine",
                  "internal.leak",
                  "internal.page",
                  "dev.weft",
                  "dev.weft.chan",
                  "dev.weft.context",
                  "dev.weft.http",
                  "dev.weft.internal.inspect",
                  "dev.weft.internal.track",
                  "dev.weft.stats")),
          Map.entry(
              "internal.flight",
              Set.of(
                  "internal.goroutine",
                  "internal.leak",
                  "internal.page",
                  "dev.weft",
                  "dev.weft.http",
                  "dev.weft.internal.inspect",
                  "dev.weft.internal.track",
                  "dev.weft.stats")),
          Map.entry(
              "internal.metrics",
              Set.of(
                  "internal.flight",
                  "internal.leak",
                  "internal.proto",
                  "dev.weft",
                  "dev.weft.context",
                  "dev.weft.http",
                  "dev.weft.http.client",
                  "dev.weft.internal.inspect",
                  "dev.weft.net.limit",
                  "dev.weft.net.pool",
                  "dev.weft.net.tls",
                  "dev.weft.stats")),
          Map.entry(
              "internal.page",
              Set.of(
                  "internal.goroutine",
                  "internal.jfr",
                  "internal.leak",
                  "internal.pprof",
                  "dev.weft",
                  "dev.weft.http",
                  "dev.weft.internal.inspect",
                  "dev.weft.internal.sys",
                  "dev.weft.internal.track",
                  "dev.weft.net",
                  "dev.weft.stats")),
          Map.entry(
              "internal.leak",
              Set.of(
                  "internal.goroutine",
                  "internal.pprof",
                  "dev.weft",
                  "dev.weft.net.pool",
                  "dev.weft.internal.inspect",
                  "dev.weft.internal.track",
                  "dev.weft.internal.sys")),
          Map.entry(
              "internal.jfr",
              Set.of(
                  "internal.pprof",
                  "dev.weft",
                  "dev.weft.internal.inspect",
                  "dev.weft.internal.track",
                  "dev.weft.stats")),
          Map.entry(
              "internal.goroutine",
              Set.of(
                  "internal.pprof",
                  "dev.weft",
                  "dev.weft.internal.inspect",
                  "dev.weft.internal.track",
                  "dev.weft.stats")),
          Map.entry("internal.pprof", Set.of("internal.proto")),
          Map.entry("internal.proto", Set.<String>of()));

  @Test
  void packagesUseThoseBelowThemAndNoOthers() throws Exception {
    assertThat(PackageUses.below(ROOT, PackageUses.classesBuiltWith(Debug.class)))
        .containsExactlyInAnyOrderEntriesOf(USED);
  }

  @Test
  void noPackageUsesItselfByWayOfAnother() throws Exception {
    slices()
        .assignedFrom(PackageUses.eachPackage())
        .should()
        .beFreeOfCycles()
        .check(PackageUses.classesBuiltWith(Debug.class));
  }

  /** These have platform threads. */
  @Test
  void goroutinesWaitForNoTimeOfTheJdk() throws Exception {
    TimedWaits.onlyIn("FlightRecorder", "LeakWatch")
        .check(PackageUses.classesBuiltWith(Debug.class));
  }
}
