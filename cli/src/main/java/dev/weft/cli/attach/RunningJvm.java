package dev.weft.cli.attach;

import com.sun.tools.attach.AgentInitializationException;
import com.sun.tools.attach.AgentLoadException;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A JVM on this host that this process is attached to. */
public final class RunningJvm implements AutoCloseable {
  private final long pid;
  private final VirtualMachine vm;

  private RunningJvm(long pid, VirtualMachine vm) {
    this.pid = pid;
    this.vm = vm;
  }

  /**
   * @throws IOException when there is no such process, it is no JVM, or it belongs to another user
   */
  public static RunningJvm attach(long pid) throws IOException {
    if (ProcessHandle.of(pid).isEmpty()) {
      throw new IOException("there is no process " + pid);
    }
    try {
      return new RunningJvm(pid, VirtualMachine.attach(Long.toString(pid)));
    } catch (AttachNotSupportedException | IOException e) {
      throw new IOException(
          "cannot attach to process "
              + pid
              + " (is it a JVM of this user, without -XX:+DisableAttachMechanism?): "
              + e.getMessage(),
          e);
    }
  }

  /** What the agent reported in that JVM; {@code null} if the agent is not loaded. */
  public @Nullable String agentReport() throws IOException {
    return vm.getSystemProperties().getProperty("weft.agent");
  }

  /**
   * Where it serves debug endpoints: a URL, or {@code unix:} and a path; {@code null} when it does
   * not.
   */
  public @Nullable String debugAddress() throws IOException {
    return vm.getSystemProperties().getProperty("weft.debug.address");
  }

  /** The version of that JVM. */
  public String version() throws IOException {
    return vm.getSystemProperties().getProperty("java.runtime.version");
  }

  /**
   * What the JDK's {@code jcmd} prints for one of its commands.
   *
   * @throws IOException also when the JDK of this process has no {@code jcmd}
   */
  public String jcmd(String command) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(pid),
                command)
            .redirectErrorStream(true)
            .start();
    try (InputStream in = process.getInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  void load(Path agent, @Nullable String options) throws IOException, AgentLoadException {
    try {
      vm.loadAgent(agent.toString(), options);
    } catch (AgentInitializationException e) {
      throw new IOException("the agent failed in process " + pid + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws IOException {
    vm.detach();
  }
}
