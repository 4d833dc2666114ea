package dev.weft.cli.doctor;

import dev.weft.cli.attach.RunningJvm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks a running JVM: whether the agent is loaded, its scheduler's figures, what to change. */
final class ProcessExamination {
  /** What the scheduler's {@code toString} returns, in what jcmd prints. */
  private static final Pattern FIGURES =
      Pattern.compile("dev\\.weft\\[(.*at thread limit = (\\d+).*)]");

  private ProcessExamination() {}

  static List<Finding> findings(long pid) throws IOException {
    List<Finding> findings = new ArrayList<>();
    try (RunningJvm jvm = RunningJvm.attach(pid)) {
      findings.add(new Finding("JDK", jvm.version(), null));
      String report = jvm.agentReport();
      if (report != null) {
        findings.add(new Finding("agent", report, null));
        findings.add(scheduler(jvm.jcmd("Thread.vthread_scheduler")));
      } else {
        findings.add(
            new Finding(
                "agent",
                "not there: virtual threads run on the JDK's scheduler, without time slices",
                "start the JVM with -javaagent:weft-agent.jar, or weft attach " + pid));
      }
    }
    return findings;
  }

  /**
   * @param printed what {@code jcmd PID Thread.vthread_scheduler} prints
   */
  static Finding scheduler(String printed) {
    Matcher figures = FIGURES.matcher(printed);
    if (!figures.find()) {
      return new Finding("scheduler", "its figures cannot be read: " + printed.strip(), null);
    }
    boolean limited = !figures.group(2).equals("0");
    return new Finding(
        "scheduler",
        figures.group(1),
        limited
            ? "virtual threads waited for a thread to run on: raise the agent's option maxThreads"
            : null);
  }
}
