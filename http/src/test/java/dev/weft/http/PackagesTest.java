package dev.weft.http;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The map in ARCHITECTURE.md, held against the classes: which package uses which. */
class PackagesTest {
  private static final String ROOT = "dev.weft.http";

  private static final Map<String, Set<String>> USED =
      Map.of(
          "",
              Set.of(
                  "core", "core.context", "core.io", "core.net", "core.net.limit", "internal.wire"),
          "websocket", Set.of("", "core.net", "core.context", "internal.wire"),
          "files", Set.of("", "core.io", "internal.wire"),
          "forms", Set.of(""),
          "client",
              Set.of(
                  "",
                  "core",
                  "core.context",
                  "core.io",
                  "core.net",
                  "core.net.pool",
                  "internal.wire"),
          "proxy", Set.of("", "client", "core.context", "core.io", "core.net"),
          "testing", Set.of("", "client", "core", "core.net"),
          "internal.wire", Set.of());

  private static JavaClasses http;

  @BeforeAll
  static void read() throws URISyntaxException {
    Path built =
        Path.of(HttpServer.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    http = new ClassFileImporter().importPath(built);
  }

  @Test
  void packagesUseThoseBelowThemAndNoOthers() {
    Map<String, Set<String>> used = new TreeMap<>();
    for (JavaPackage at : http.getPackage(ROOT).getSubpackagesInTree()) {
      add(used, at);
    }
    add(used, http.getPackage(ROOT));
    assertThat(used).containsExactlyInAnyOrderEntriesOf(USED);
  }

  private static void add(Map<String, Set<String>> used, JavaPackage at) {
    if (at.getClasses().isEmpty()) {
      return;
    }
    Set<String> others = new TreeSet<>();
    at.getClassDependenciesFromThisPackage()
        .forEach(dependency -> {
          String other = dependency.getTargetClass().getBaseComponentType().getPackageName();
          if (other.startsWith("dev.weft") && !other.equals(at.getName())) {
            others.add(relative(other));
          }
        });
    used.put(relative(at.getName()), others);
  }

  /** Relative to this module's root; what lies outside of it is the core's. */
  private static String relative(String name) {
    if (name.startsWith(ROOT)) {
      return name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1);
    }
    return "core" + name.substring("dev.weft".length());
  }

  @Test
  void nothingIsNeededButTheCoreAndTheJdk() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("dev.weft..", "java..", "org.jspecify.annotations..")
        .check(http);
  }
}
