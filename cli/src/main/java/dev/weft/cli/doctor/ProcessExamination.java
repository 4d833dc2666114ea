package dev.weft.cli.doctor;

import dev.weft.cli.attach.RunningJvm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Checks a running JVM: whether the agent is loaded, and what it could change. */
final class ProcessExamination {
  private ProcessExamination() {}

  static List<Finding> findings(long pid) throws IOException {
    List<Finding> findings = new ArrayList<>();
    try (RunningJvm jvm = RunningJvm.attach(pid)) {
      findings.add(new Finding("JDK", jvm.version(), null));
      String report = jvm.agentReport();
      findings.add(
          report != null
              ? new Finding("agent", report, null)
              : new Finding(
                  "agent",
                  "not there: virtual threads run on the JDK's scheduler, without time slices",
                  "start the JVM with -javaagent:weft-agent.jar, or weft attach " + pid));
    }
    return findings;
  }
}
