package dev.weft.internal.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import dev.weft.Weft;
import dev.weft.internal.poll.ForeignFds;
import dev.weft.testing.ChildJvm;
import dev.weft.testing.PackageUses;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EarlyClassesTest {
  private static final String ROOT = "dev.weft.";
  private static final Set<String> PACKAGES =
      Set.of("chan", "context", "internal.net.wait", "internal.poll", "internal.poll.error");

  @Test
  void allClassesOfThesePackagesThatHaveAnInitializerAreAmongThem() throws Exception {
    Set<String> initialized =
        PackageUses.classesBuiltWith(Weft.class).stream()
            .filter(type -> type.getPackageName().startsWith(ROOT))
            .filter(type -> PACKAGES.contains(type.getPackageName().substring(ROOT.length())))
            .filter(type -> type.getStaticInitializer().isPresent())
            .map(JavaClass::getName)
            .map(name -> name.substring(ROOT.length()))
            .collect(Collectors.toSet());
    assertThat(EarlyClasses.NAMES).containsExactlyInAnyOrderElementsOf(initialized);
  }

  @Test
  void thoseThatWaitsOfTheJdksSocketsUseAreAmongTheirs() throws Exception {
    JavaClass waits = PackageUses.classesBuiltWith(Weft.class).get(ForeignFds.class);
    Set<String> used =
        Stream.concat(
                Stream.of(waits),
                waits.getTransitiveDependenciesFromSelf().stream().map(Dependency::getTargetClass))
            .map(JavaClass::getName)
            .filter(name -> name.startsWith(ROOT))
            .map(name -> name.substring(ROOT.length()))
            .filter(EarlyClasses.NAMES::contains)
            .collect(Collectors.toSet());
    assertThat(EarlyClasses.FOR_JDK_API).containsExactlyInAnyOrderElementsOf(used);
  }

  @Test
  void aFirstUseThatOverflowsTheStackIsNotTheLast() throws Exception {
    var result =
        ChildJvm.of(FirstUseProgram.class).with("-Xss512k", "-XX:-StackTraceInThrowable").run();
    assertThat(result.output()).contains("lost=0\n");
  }
}
