package dev.weft.cli.doctor;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the findings; the exit code is 1 when there is something to change. */
@Command(
    name = "doctor",
    description =
        "Show how Weft runs here (JDK, flags, scheduler, pollers, limits) and what to change.",
    mixinStandardHelpOptions = true,
    versionProvider = dev.weft.cli.Version.class)
public final class Doctor implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    List<Finding> findings = new Examination().findings();
    findings.forEach(out::println);
    long advised = findings.stream().filter(finding -> !finding.isWell()).count();
    out.println(
        advised == 0
            ? "Nothing to change."
            : advised + (advised == 1 ? " thing" : " things") + " to change.");
    out.flush();
    return advised == 0 ? 0 : 1;
  }
}
