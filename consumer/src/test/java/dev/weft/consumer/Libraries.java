package dev.weft.consumer;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The jars that Maven gives to a user of the libraries. */
final class Libraries {
  private static final List<Path> JARS =
      Arrays.stream(System.getProperty("weft.consumer.classpath").split(File.pathSeparator))
          .filter(element -> element.endsWith(".jar")) // not this module's own classes
          .map(Path::of)
          .toList();

  /** All of them, as a class path or module path. */
  static final String PATH =
      JARS.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));

  private Libraries() {}

  /** Those of Weft. */
  static List<Path> ours() {
    return JARS.stream().filter(jar -> jar.getFileName().toString().startsWith("weft-")).toList();
  }
}
