package dev.weft.http;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import dev.weft.http.server.HttpServer;
import dev.weft.testing.PackageUses;
import dev.weft.testing.TimedWaits;
import java.net.URISyntaxException;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Checks the dependencies between packages against the table in ARCHITECTURE.md. */
class PackagesTest {
  private static final String ROOT = "dev.weft.http";

  private static final Map<String, Set<String>> USED =
      Map.of(
          "",
              Set.of(
                  "dev.weft.chan",
                  "dev.weft.context",
                  "dev.weft.internal.track",
                  "dev.weft.io",
                  "dev.weft.net",
                  "internal.log",
                  "internal.wire"),
          "server",
              Set.of(
                  "",
                  "dev.weft",
                  "dev.weft.chan",
                  "dev.weft.context",
                  "dev.weft.internal.closing",
                  "dev.weft.internal.settings",
                  "dev.weft.internal.track",
                  "dev.weft.io",
                  "dev.weft.net",
                  "dev.weft.net.limit",
                  "dev.weft.net.server",
                  "dev.weft.net.tls",
                  "internal.log",
                  "internal.wire"),
          "websocket",
              Set.of(
                  "",
                  "dev.weft.net",
                  "dev.weft.context",
                  "dev.weft.internal.settings",
                  "internal.wire"),
          "files", Set.of("", "dev.weft.context", "dev.weft.io", "internal.wire"),
          "forms", Set.of("", "dev.weft.internal.settings", "internal.wire"),
          "client",
              Set.of(
                  "",
                  "dev.weft",
                  "dev.weft.chan",
                  "dev.weft.context",
                  "dev.weft.internal.settings",
                  "dev.weft.io",
                  "dev.weft.net",
                  "dev.weft.net.pool",
                  "dev.weft.net.tls",
                  "internal.wire"),
          "proxy", Set.of("", "client", "dev.weft.context", "dev.weft.io", "dev.weft.net"),
          "testing", Set.of("", "client", "server", "dev.weft", "dev.weft.net"),
          "internal.log", Set.of(),
          "internal.wire", Set.of());

  private static JavaClasses http;

  @BeforeAll
  static void read() throws URISyntaxException {
    http = PackageUses.classesBuiltWith(HttpServer.class);
  }

  @Test
  void packagesUseThoseBelowThemAndNoOthers() {
    assertThat(PackageUses.below(ROOT, http)).containsExactlyInAnyOrderEntriesOf(USED);
  }

  @Test
  void noPackageUsesItselfByWayOfAnother() {
    slices().assignedFrom(PackageUses.eachPackage()).should().beFreeOfCycles().check(http);
  }

  @Test
  void goroutinesWaitForNoTimeOfTheJdk() {
    TimedWaits.onlyIn().check(http);
  }

  @Test
  void nothingIsNeededButTheCoreAndTheJdk() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("dev.weft..", "java..", "javax.net.ssl", "org.jspecify.annotations..")
        .check(http);
  }
}
