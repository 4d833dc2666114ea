package dev.weft.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What users see of the libraries they can also name. */
class ExportedClassesTest {
  private static final String ROOT = "dev.weft";

  private final Set<String> exported =
      ModuleFinder.of(Libraries.ours().toArray(Path[]::new)).findAll().stream()
          .flatMap(library -> library.descriptor().exports().stream())
          .filter(exports -> !exports.isQualified())
          .map(Exports::source)
          .collect(Collectors.toSet());

  @Test
  void exportedClassesMentionNoInternalOnes() {
    JavaClasses classes = new ClassFileImporter().importPaths(Libraries.ours());
    Set<String> mentions = new TreeSet<>();
    for (JavaClass at : classes) {
      if (isNameable(at) || at.getAllSubclasses().stream().anyMatch(this::isNameable)) {
        mentionedBy(at)
            .map(JavaClass::getBaseComponentType)
            .filter(type -> type.getPackageName().startsWith(ROOT) && !isNameable(type))
            .forEach(type -> mentions.add(at.getName() + " mentions " + type.getName()));
      }
    }
    assertThat(mentions).isEmpty();
  }

  private static Stream<JavaClass> mentionedBy(JavaClass at) {
    // A superclass in the same package may be hidden: what it shows is checked with it.
    Stream<JavaClass> above =
        Stream.concat(
            at.getRawInterfaces().stream(),
            at.getRawSuperclass().stream()
                .filter(type -> !type.getPackageName().equals(at.getPackageName())));
    Stream<JavaClass> members =
        at.getMembers().stream()
            .filter(member -> isVisible(member.getModifiers()))
            .flatMap(member -> member.getAllInvolvedRawTypes().stream());
    return Stream.concat(above, members);
  }

  private boolean isNameable(JavaClass type) {
    return exported.contains(type.getPackageName())
        && isVisible(type.getModifiers())
        && type.getEnclosingClass().map(this::isNameable).orElse(true);
  }

  private static boolean isVisible(Set<JavaModifier> modifiers) {
    return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
  }
}
