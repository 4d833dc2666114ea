package dev.weft.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.tools.attach.VirtualMachine;
import dev.weft.Weft;
import dev.weft.agent.programs.AttachTarget;
import dev.weft.agent.programs.BesideLoops;
import dev.weft.agent.programs.HandOvers;
import dev.weft.agent.programs.JdkSockets;
import dev.weft.agent.programs.Managed;
import dev.weft.agent.programs.OwnWeft;
import dev.weft.agent.programs.Sleepers;
import dev.weft.agent.programs.outcomes.Outcomes;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Runs unchanged programs, each in a JVM of its own, with the packaged agent. */
class AgentTest {
  private static final String JAR = System.getProperty("weft.agent.jar");

  @Test
  void virtualThreadsAreServedBesideEndlessLoops() throws Exception {
    assertThat(run(BesideLoops.class)).containsExactly(installed(), "served");
  }

  @Test
  void jdkSocketsOfVirtualThreadsWaitInWeftsPoller() throws Exception {
    assertThat(run(JdkSockets.class, "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED"))
        .containsExactly(
            installed(),
            "read",
            "timeout",
            "close",
            "interrupt",
            "short reads",
            "short reads of a channel's socket",
            "urgent",
            "urgent at a channel's socket",
            "write",
            "accept",
            "channels",
            "short reads of channels",
            "waits of channels end",
            "datagrams",
            "pipe",
            "selector",
            "reuse",
            "all");
  }

  @Test
  void timedParksWaitOnWeftsTimers() throws Exception {
    assertThat(run(Sleepers.class))
        .containsExactly(
            installed(),
            "slept its time: true",
            "slept its time: true",
            "slept its time: true",
            "timer thread of the JDK: false",
            "waited");
  }

  @Test
  void virtualThreadsDoNotSpinBeforeTheyWaitInQueues() throws Exception {
    assertThat(run(HandOvers.class, "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED"))
        .containsExactly(
            installed(), "a platform thread spins: true", "a virtual thread spins: false");
  }

  @Test
  void theJdksOperationsOnVirtualThreadsHaveTheSameOutcomes() throws Exception {
    assertSameOutcomes("-cp", classPath(), Outcomes.class.getName());
  }

  @Test
  void structuredConcurrencyHasTheSameOutcomes() throws Exception {
    String source = Path.of(AgentTest.class.getResource("/Structured.java").toURI()).toString();
    assertSameOutcomes("--enable-preview", "--source", "" + Runtime.version().feature(), source);
  }

  private static void assertSameOutcomes(String... command) throws Exception {
    List<String> without = output(java(command));
    assertThat(without).endsWith("all");
    List<String> flagged = new ArrayList<>(List.of("-javaagent:" + JAR));
    flagged.addAll(List.of(command));
    List<String> with = output(java(flagged.toArray(String[]::new)));
    assertThat(with.getFirst()).isEqualTo(installed());
    assertThat(with.subList(1, with.size())).isEqualTo(without);
  }

  @Test
  void theJdksManagementInterfacesDescribeWeftsScheduler() throws Exception {
    int processors = Runtime.getRuntime().availableProcessors() + 1;
    List<String> lines = output(start(Managed.class, "-javaagent:" + JAR + "=procs=" + processors));
    assertThat(lines)
        .contains(
            "parallelism: " + processors,
            "mounted: true",
            "threads: true",
            "queued: true",
            "the number of processors is fixed at the start",
            "attribute: " + processors,
            "proxy: " + processors)
        // weft doctor reads this line.
        .anyMatch(line ->
            line.matches(
                "dev\\.weft\\[processors = " + processors + ", .*, at thread limit = 0, .*]"));
  }

  @Test
  void aProgramWithoutTheManagementModuleIsServed() throws Exception {
    assertThat(run(BesideLoops.class, "--limit-modules=java.instrument"))
        .containsExactly(installed(), "served");
  }

  @Test
  void aProgramThatBringsWeftHasARuntimeOfItsOwnBesideTheAgents() throws Exception {
    List<String> lines =
        run(
            OwnWeft.class,
            "-cp",
            classPathWithWeft(),
            "--add-opens=java.base/java.lang=ALL-UNNAMED");
    assertThat(lines).contains(installed(), "own scheduler: null", "read 5");
    assertThat(lines)
        .filteredOn(line -> line.startsWith("virtual thread:") || line.startsWith("goroutine:"))
        .hasSize(2)
        .allMatch(line -> line.contains("@weft-"));
  }

  /** Without access to {@code java.lang} the program's Weft runs as it does without the agent. */
  @Test
  void theAgentsOptionsAreNotSettingsOfAProgramThatBringsWeft() throws Exception {
    int processors = Runtime.getRuntime().availableProcessors();
    Process process =
        start(
            OwnWeft.class,
            "-cp",
            classPathWithWeft(),
            "-javaagent:" + JAR + "=procs=" + (processors + 1));
    List<String> lines = output(process);
    assertThat(lines)
        .contains("own processors: " + processors, "read 5")
        .anyMatch(line -> line.startsWith("own scheduler: ") && line.contains("--add-opens"));
    assertThat(process.exitValue()).isZero();
  }

  private static String classPathWithWeft() throws URISyntaxException {
    return classPath()
        + File.pathSeparator
        + Path.of(Weft.class.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  @Test
  void aWrongOptionChangesNothingAndIsReported() throws Exception {
    Process process = start(Sleepers.class, "-javaagent:" + JAR + "=procs=many");
    List<String> lines = output(process);
    assertThat(lines.getFirst())
        .startsWith("weft-agent: nothing is changed:")
        .contains("weft.procs")
        .contains("many");
    assertThat(lines).contains("timer thread of the JDK: false", "waited");
    assertThat(process.exitValue()).isZero();
  }

  @Test
  void withoutContinuationsNothingIsChangedAndTheReasonIsReported() throws Exception {
    List<String> lines =
        run(Sleepers.class, "-XX:+UnlockExperimentalVMOptions", "-XX:-VMContinuations");
    assertThat(lines.getFirst())
        .startsWith("weft-agent: nothing is changed:")
        .contains("no continuations");
    assertThat(lines).contains("waited");
  }

  @Test
  void optionsAreWeftsProperties() throws Exception {
    List<String> lines =
        output(start(Sleepers.class, "-javaagent:" + JAR + "=procs=3,poller=selector"));
    assertThat(lines.getFirst())
        .isEqualTo(
            "weft-agent: virtual threads run on Weft's scheduler (3 processors, selector); "
                + "as in the JDK: sockets (the selector poller cannot wait for them)");
    assertThat(lines).contains("waited");
  }

  @Test
  void attachedToARunningProgramItTakesTheVirtualThreadsThatStartFromThenOn() throws Exception {
    Process process = start(AttachTarget.class, "-XX:+EnableDynamicAgentLoading");
    try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
      assertThat(lines.readLine()).contains("@ForkJoinPool");
      VirtualMachine vm = VirtualMachine.attach(Long.toString(process.pid()));
      vm.loadAgent(JAR);
      assertThat(vm.getSystemProperties().getProperty("weft.agent"))
          .startsWith("virtual threads run on Weft's scheduler");
      vm.detach();
      process.outputWriter(StandardCharsets.UTF_8).append('\n').flush();
      assertThat(lines.readLine()).isEqualTo(installed());
      assertThat(lines.readLine()).contains("@weft-");
    }
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
  }

  private static String installed() {
    return "weft-agent: virtual threads run on Weft's scheduler ("
        + Runtime.getRuntime().availableProcessors()
        + " processors, epoll)";
  }

  private static List<String> run(Class<?> program, String... flags) throws Exception {
    List<String> all = new ArrayList<>(List.of(flags));
    all.add("-javaagent:" + JAR);
    Process process = start(program, all.toArray(String[]::new));
    List<String> lines = output(process);
    assertThat(process.exitValue()).as("%s", lines).isZero();
    return lines;
  }

  /** The lines of both streams; each program ends by itself. */
  private static List<String> output(Process process) throws Exception {
    try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
      List<String> all = lines.readAllLines();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return all;
    } finally {
      process.destroyForcibly();
    }
  }

  private static Process start(Class<?> program, String... flags) throws IOException {
    List<String> command = new ArrayList<>(List.of("-cp", classPath()));
    command.addAll(List.of(flags));
    command.add(program.getName());
    return java(command.toArray(String[]::new));
  }

  private static Process java(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx256m");
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private static String classPath() {
    return JAR.replace("weft-agent.jar", "test-classes");
  }
}
