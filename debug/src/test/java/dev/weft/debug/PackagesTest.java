package dev.weft.debug;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The map in ARCHITECTURE.md, held against the classes: which package uses which. */
final class PackagesTest {
  private static final String ROOT = "dev.weft.debug";

  private static final Map<String, Set<String>> USED =
      Map.of(
          "",
          Set.of("internal.metrics", "internal.page"),
          "internal.metrics",
          Set.of(),
          "internal.page",
          Set.of("internal.goroutine", "internal.jfr"),
          "internal.jfr",
          Set.of("internal.pprof"),
          "internal.goroutine",
          Set.of("internal.pprof"),
          "internal.pprof",
          Set.of());

  @Test
  void packagesUseThoseBelowThemAndNoOthers() throws Exception {
    Path built = Path.of(Debug.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    JavaClasses classes = new ClassFileImporter().importPath(built);
    Map<String, Set<String>> used = new TreeMap<>();
    for (JavaPackage at : classes.getPackage(ROOT).getSubpackagesInTree()) {
      add(used, at);
    }
    add(used, classes.getPackage(ROOT));
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
          if (other.startsWith(ROOT) && !other.equals(at.getName())) {
            others.add(relative(other));
          }
        });
    used.put(relative(at.getName()), others);
  }

  private static String relative(String name) {
    return name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1);
  }
}
