package dev.weft.cli;

import picocli.CommandLine.IVersionProvider;

/** What {@code weft --version} prints: the release, and the Java it runs on. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String release = Version.class.getPackage().getImplementationVersion();
    return new String[] {
      "weft " + (release == null ? "(unreleased)" : release),
      "Java " + Runtime.version() + ", " + System.getProperty("java.vm.name")
    };
  }
}
