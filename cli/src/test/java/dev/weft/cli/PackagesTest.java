package dev.weft.cli;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import dev.weft.testing.PackageUses;
import dev.weft.testing.TimedWaits;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Checks the dependencies between packages against the tables in ARCHITECTURE.md. */
class PackagesTest {
  private static final String ROOT = "dev.weft.cli";

  private static final Map<String, Set<String>> USED =
      Map.ofEntries(
          entry(
              "",
              Set.of(
                  "attach", "doctor", "get", "serve", "tls", "top", "version", "dev.weft.bench")),
          entry("attach", Set.of("version")),
          entry(
              "doctor",
              Set.of(
                  "attach",
                  "failure",
                  "version",
                  "dev.weft",
                  "dev.weft.net.tls",
                  "dev.weft.stats")),
          entry("failure", Set.of()),
          entry("get", Set.of("failure", "version", "dev.weft.http.client", "dev.weft.net.tls")),
          entry(
              "top",
              Set.of("attach", "failure", "version", "dev.weft.http.client", "dev.weft.net")),
          entry("tls", Set.of("failure", "version", "dev.weft.net.tls")),
          entry("version", Set.of()),
          entry(
              "serve",
              Set.of(
                  "failure",
                  "proxy",
                  "proxy.config",
                  "proxy.report",
                  "proxy.settings",
                  "proxy.tls",
                  "tls",
                  "version",
                  "dev.weft",
                  "dev.weft.chan",
                  "dev.weft.context",
                  "dev.weft.debug",
                  "dev.weft.http",
                  "dev.weft.http.client",
                  "dev.weft.http.files",
                  "dev.weft.http.proxy",
                  "dev.weft.http.server",
                  "dev.weft.http.websocket",
                  "dev.weft.internal.closing",
                  "dev.weft.net",
                  "dev.weft.net.server",
                  "dev.weft.net.tls",
                  "dev.weft.stats")),
          entry(
              "proxy",
              Set.of(
                  "proxy.config",
                  "proxy.forward",
                  "proxy.periodic",
                  "proxy.report",
                  "proxy.restart",
                  "proxy.settings",
                  "dev.weft.internal.closing",
                  "dev.weft.net")),
          entry(
              "proxy.report",
              Set.of(
                  "proxy.forward",
                  "proxy.periodic",
                  "proxy.targets",
                  "proxy.tls",
                  "dev.weft",
                  "dev.weft.chan",
                  "dev.weft.http",
                  "dev.weft.http.server",
                  "dev.weft.net",
                  "dev.weft.net.tls")),
          entry(
              "proxy.restart",
              Set.of("proxy.forward", "dev.weft", "dev.weft.net", "dev.weft.net.server")),
          entry(
              "proxy.forward",
              Set.of(
                  "proxy.periodic",
                  "proxy.settings",
                  "proxy.targets",
                  "proxy.tls",
                  "dev.weft",
                  "dev.weft.context",
                  "dev.weft.internal.closing",
                  "dev.weft.io",
                  "dev.weft.net",
                  "dev.weft.net.server",
                  "dev.weft.net.tls")),
          entry(
              "proxy.targets",
              Set.of(
                  "proxy.periodic",
                  "proxy.settings",
                  "proxy.tls",
                  "dev.weft",
                  "dev.weft.context",
                  "dev.weft.net",
                  "dev.weft.net.tls")),
          entry(
              "proxy.tls",
              Set.of(
                  "failure",
                  "proxy.periodic",
                  "proxy.settings",
                  "tls",
                  "dev.weft.net",
                  "dev.weft.net.tls")),
          entry("proxy.config", Set.of("failure", "proxy.settings", "tls")),
          entry(
              "proxy.settings",
              Set.of("tls", "dev.weft.net", "dev.weft.net.limit", "dev.weft.net.tls")),
          entry("proxy.periodic", Set.of("dev.weft")));

  private static JavaClasses cli;

  @BeforeAll
  static void read() throws URISyntaxException {
    cli = PackageUses.classesBuiltWith(Main.class);
  }

  @Test
  void packagesUseThoseBelowThemAndNoOthers() {
    assertThat(PackageUses.below(ROOT, cli)).containsExactlyInAnyOrderEntriesOf(USED);
  }

  @Test
  void noPackageUsesItselfByWayOfAnother() {
    slices().assignedFrom(PackageUses.eachPackage()).should().beFreeOfCycles().check(cli);
  }

  @Test
  void goroutinesWaitForNoTimeOfTheJdk() {
    TimedWaits.onlyIn().check(cli);
  }
}
