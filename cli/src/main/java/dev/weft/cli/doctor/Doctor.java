package dev.weft.cli.doctor;

import dev.weft.cli.failure.Failure;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the findings. The exit code is 1 if at least one of them has advice. */
@Command(
    name = "doctor",
    description =
        "Show how Weft runs here (JDK, flags, scheduler, pollers, limits), or in a running JVM, or how a server speaks TLS, and what to change.",
    mixinStandardHelpOptions = true,
    versionProvider = dev.weft.cli.version.Version.class)
public final class Doctor implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "PID|HOST:PORT",
      description = {
        "A running JVM: whether its virtual threads run on Weft.",
        "A server: its TLS version, cipher suite, certificates, OCSP stapling, and whether sessions are resumed."
      })
  private @Nullable String subject;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "Trust the authorities in this file (PEM) instead of those that Java trusts.")
  private @Nullable Path authorities;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    List<Finding> findings;
    try {
      findings = examine();
    } catch (IOException e) {
      spec.commandLine().getErr().println("weft doctor: " + Failure.text(e));
      return 1;
    }
    findings.forEach(out::println);
    long advised = findings.stream().filter(finding -> !finding.isWell()).count();
    out.println(
        advised == 0
            ? "Nothing to change."
            : advised + (advised == 1 ? " thing" : " things") + " to change.");
    out.flush();
    return advised == 0 ? 0 : 1;
  }

  private List<Finding> examine() throws IOException {
    if (subject == null) {
      return new Examination().findings();
    }
    if (subject.contains(":")) {
      return server(subject);
    }
    try {
      return ProcessExamination.findings(Long.parseLong(subject));
    } catch (NumberFormatException e) {
      throw new ParameterException(
          spec.commandLine(),
          '"' + subject + "\" is neither the number of a process nor HOST:PORT",
          e);
    }
  }

  private List<Finding> server(String address) throws IOException {
    try {
      return new TlsExamination(address, authorities).findings();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }
}
