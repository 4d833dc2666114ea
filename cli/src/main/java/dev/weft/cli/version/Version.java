package dev.weft.cli.version;

import picocli.CommandLine.IVersionProvider;

/** Supplies the text of {@code weft --version}: the release and the Java version. */
public final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    // The release is in the jar's manifest; classes loaded from a folder have none.
    String release = Version.class.getPackage().getImplementationVersion();
    return new String[] {
      "weft " + (release == null ? "(not packaged)" : release),
      "Java " + Runtime.version() + ", " + System.getProperty("java.vm.name")
    };
  }
}
