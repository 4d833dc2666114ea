package dev.weft.agent;

import java.io.IOException;
import java.io.InputStream;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;

/**
 * Loads Weft from inside the agent's jar.
 *
 * <p>The core's classes are below {@value #HIDDEN}, where the application's class loaders do not
 * search. An application that contains Weft therefore gets a second runtime, from its own classes.
 * The parent is the platform class loader, so no class of the application is visible here.
 */
final class HiddenClassLoader extends ClassLoader {
  static {
    registerAsParallelCapable();
  }

  private static final String HIDDEN = "META-INF/weft/";

  /** The classes of the jar's visible part that this loader defines. */
  private static final String AGENT = "dev.weft.agent.runtime.";

  /** Never closed: classes are loaded at first use, until the process ends. */
  private final JarFile jar;

  HiddenClassLoader(JarFile jar) {
    super("weft-agent", getPlatformClassLoader());
    this.jar = jar;
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    String path = name.replace('.', '/') + ".class";
    ZipEntry entry = jar.getEntry(name.startsWith(AGENT) ? path : HIDDEN + path);
    if (entry == null) {
      throw new ClassNotFoundException(name);
    }
    try (InputStream in = jar.getInputStream(entry)) {
      byte[] bytes = in.readAllBytes();
      return defineClass(name, bytes, 0, bytes.length);
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }
}
