package dev.weft.cli.attach;

import com.sun.tools.attach.AgentLoadException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Loads the agent into a running JVM. */
@Command(
    name = "attach",
    description = {
      "Run the virtual threads of a running JVM on Weft: those that start from now on.",
      "Those that are running stay on the JDK's scheduler until they end."
    },
    mixinStandardHelpOptions = true,
    versionProvider = dev.weft.cli.version.Version.class)
public final class Attach implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "PID", description = "The JVM's process ID, as jps shows it.")
  private long pid;

  @Option(
      names = "--options",
      paramLabel = "NAME=VALUE,...",
      description = "Weft's properties there, without \"weft.\", such as procs=4.")
  private @Nullable String options;

  @Override
  public Integer call() {
    String problem;
    try (RunningJvm jvm = RunningJvm.attach(pid)) {
      Path agent = AgentJar.find();
      String before = jvm.agentReport();
      if (before == null) {
        jvm.load(agent, options);
      }
      String report = jvm.agentReport();
      if (report != null) {
        spec.commandLine()
            .getOut()
            .println((before == null ? "attached to " : "already in ") + pid + ": " + report);
        return 0;
      }
      problem = "nothing was changed; the standard error of process " + pid + " says why";
    } catch (AgentLoadException e) {
      problem = "process " + pid + " does not load the agent: " + e.getMessage();
    } catch (IOException e) {
      problem = e.getMessage();
    }
    spec.commandLine().getErr().println("weft attach: " + problem);
    return 1;
  }
}
