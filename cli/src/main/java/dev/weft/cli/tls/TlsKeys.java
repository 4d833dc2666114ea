package dev.weft.cli.tls;

import dev.weft.cli.failure.Failure;
import dev.weft.net.tls.TicketKeyFile;
import dev.weft.net.tls.TicketKeys;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.temporal.ChronoUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes, replaces and shows the keys of session tickets that several processes share. */
@Command(
    name = "tls-keys",
    description = {
      "Make, rotate and show the keys of TLS session tickets in a file that several servers share (weft serve and weft proxy --tls-ticket-keys).",
      "A ticket can be decrypted until the second rotation after it was issued. Servers notice a new file within a second or two: rotate daily, for example, and not more often than every ten seconds."
    },
    mixinStandardHelpOptions = true,
    versionProvider = dev.weft.cli.version.Version.class)
public final class TlsKeys implements Runnable {
  @Spec private CommandSpec spec;

  /** Without a subcommand, prints the usage. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  @Command(
      name = "new",
      description = "Write new keys into a new file, for its owner alone.",
      mixinStandardHelpOptions = true,
      versionProvider = dev.weft.cli.version.Version.class)
  int create(@Parameters(paramLabel = "FILE") Path file) {
    return report("new", () -> TicketKeyFile.create(file).toString());
  }

  @Command(
      name = "rotate",
      description =
          "Replace the file, at once: the next key becomes the current one, that the previous one.",
      mixinStandardHelpOptions = true,
      versionProvider = dev.weft.cli.version.Version.class)
  int rotate(@Parameters(paramLabel = "FILE") Path file) {
    return report("rotate", () -> TicketKeyFile.rotate(file).toString());
  }

  @Command(
      name = "show",
      description = "Print the names of the keys, and when the file was written.",
      mixinStandardHelpOptions = true,
      versionProvider = dev.weft.cli.version.Version.class)
  int show(@Parameters(paramLabel = "FILE") Path file) {
    return report(
        "show",
        () -> {
          TicketKeys keys = TicketKeyFile.read(file);
          FileTime written = Files.getLastModifiedTime(file);
          return keys + ", written " + written.toInstant().truncatedTo(ChronoUnit.SECONDS);
        });
  }

  @FunctionalInterface
  private interface Step {
    String run() throws IOException;
  }

  private int report(String name, Step step) {
    CommandLine commandLine = spec.commandLine();
    try {
      commandLine.getOut().println(step.run());
      return 0;
    } catch (FileAlreadyExistsException e) {
      return failed(
          name, e.getFile() + " is there already: weft tls-keys rotate replaces its keys");
    } catch (IOException e) {
      return failed(name, Failure.text(e));
    }
  }

  private int failed(String name, String why) {
    spec.commandLine().getErr().println("weft tls-keys " + name + ": " + why);
    return 1;
  }
}
