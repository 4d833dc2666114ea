package dev.weft.cli;

import picocli.CommandLine.IVersionProvider;

/** What {@code weft --version} prints: the release, and the Java it runs on. */
public final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    // The manifest knows the release, unless the classes were not loaded from the jar.
    String release = Version.class.getPackage().getImplementationVersion();
    return new String[] {
      "weft " + (release == null ? "(not packaged)" : release),
      "Java " + Runtime.version() + ", " + System.getProperty("java.vm.name")
    };
  }
}
