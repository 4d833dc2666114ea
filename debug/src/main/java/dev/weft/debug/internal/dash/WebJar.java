package dev.weft.debug.internal.dash;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/**
 * Reads files of npm packages. In this module's jar they have the same paths as in the web jars
 * that they come from; {@code ./weft}, which does not unpack those, has them on the class path.
 */
final class WebJar {
  private WebJar() {}

  /** The text of {@code file} in the npm package {@code name}, of whichever version is there. */
  static String read(String name, String file) throws IOException {
    Properties about = new Properties();
    try (InputStream in = open("META-INF/maven/org.webjars.npm/" + name + "/pom.properties")) {
      about.load(in);
    }
    String folder = "META-INF/resources/webjars/" + name + "/" + about.getProperty("version");
    try (InputStream in = open(folder + "/" + file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static InputStream open(String resource) throws IOException {
    InputStream in = WebJar.class.getClassLoader().getResourceAsStream(resource);
    if (in == null) {
      throw new IOException("no jar on the path has " + resource);
    }
    return in;
  }
}
