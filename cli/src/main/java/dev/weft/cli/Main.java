package dev.weft.cli;

import dev.weft.bench.Bench;
import dev.weft.cli.attach.Attach;
import dev.weft.cli.doctor.Doctor;
import dev.weft.cli.get.Get;
import dev.weft.cli.serve.Proxy;
import dev.weft.cli.serve.Serve;
import dev.weft.cli.tls.TlsKeys;
import dev.weft.cli.top.Top;
import dev.weft.cli.version.Version;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code weft} command: parses the arguments and calls a subcommand. */
@Command(
    name = "weft",
    description = "A Go-style network runtime for Java.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {
      Serve.class,
      Proxy.class,
      Get.class,
      Top.class,
      Attach.class,
      Doctor.class,
      TlsKeys.class,
      CommandLine.HelpCommand.class
    })
final class Main implements Runnable {
  /** Of java.util.logging, whose default has two lines a record and names methods. */
  private static final String LOG_FORMAT = "java.util.logging.SimpleFormatter.format";

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  private Main() {}

  public static void main(String[] args) {
    if (System.getProperty(LOG_FORMAT) == null) {
      System.setProperty(LOG_FORMAT, "%1$tFT%1$tT.%1$tL%1$tz %4$s %5$s%6$s%n");
    }
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    CommandLine bench = new CommandLine(new Bench());
    // Its module is below this one, and cannot name the version itself.
    bench.getCommandSpec().versionProvider(new Version());
    return new CommandLine(new Main())
        .addSubcommand(bench)
        .setParameterExceptionHandler((e, arguments) -> complain(e));
  }

  /**
   * Prints the error and a line that refers to the help, without the usage, which would push the
   * error off the screen.
   */
  private static int complain(CommandLine.ParameterException e) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().println(name + ": " + e.getMessage());
    CommandLine.UnmatchedArgumentException.printSuggestions(e, command.getErr());
    command.getErr().println("See '" + name + " --help'.");
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }

  /** Without a subcommand, prints the usage. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
