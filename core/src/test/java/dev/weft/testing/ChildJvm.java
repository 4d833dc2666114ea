package dev.weft.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.Weft;
import java.io.File;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;

/**
 * A program in a JVM of its own: for what never ends, for settings that hold for a whole process,
 * and for counting without the goroutines of other tests. It has this JVM's poller and scheduler,
 * runs on the class path and sees only Weft and the tests, none of the test libraries.
 */
public final class ChildJvm {
  private static final Duration PATIENCE = Duration.ofSeconds(150);

  /**
   * What is executed keeps the process number, by which it knows that the descriptors are meant.
   */
  private static final String ACTIVATE =
      """
      use Socket; use POSIX qw(dup2); $^F = 100; my ($web, $admin);
      socket($web, PF_INET, SOCK_STREAM, 0) && bind($web, sockaddr_in(0, INADDR_LOOPBACK))
        && listen($web, 5) or die "web: $!";
      socket($admin, PF_UNIX, SOCK_STREAM, 0)
        && bind($admin, pack_sockaddr_un("\\0weft-admin-$$")) && listen($admin, 5) or die "admin: $!";
      my ($a, $b) = (POSIX::dup(fileno($web)), POSIX::dup(fileno($admin)));
      dup2($a, 103); dup2($b, 104); dup2(103, 3); dup2(104, 4);
      POSIX::close($_) for (103, 104);
      $ENV{LISTEN_PID} = $$; $ENV{LISTEN_FDS} = 2; $ENV{LISTEN_FDNAMES} = "web:admin";
      exec @ARGV;
      """;

  private final Class<?> program;
  private final List<String> flags = new ArrayList<>();
  private boolean opens = Object.class.getModule().isOpen("java.lang", Weft.class.getModule());
  private boolean nativeAccess = true;
  private int descriptors;
  private boolean inheriting;

  /** What a program left behind. */
  public record Result(int exit, String output) {
    /** The number that the program printed as {@code name=number}. */
    public long number(String name) {
      for (String line : output.split("\n")) {
        if (line.startsWith(name + "=")) {
          return Long.parseLong(line.substring(name.length() + 1).strip());
        }
      }
      throw new NoSuchElementException("no " + name + " in: " + output);
    }
  }

  private ChildJvm(Class<?> program) {
    this.program = program;
  }

  /** A JVM for {@code program}, which has a {@code main}. */
  public static ChildJvm of(Class<?> program) {
    return new ChildJvm(program);
  }

  /** Adds flags for the JVM. */
  public ChildJvm with(String... jvmFlags) {
    flags.addAll(List.of(jvmFlags));
    return this;
  }

  /** Leaves goroutines to the JDK's scheduler. */
  public ChildJvm withoutOpens() {
    opens = false;
    return this;
  }

  /** Denies it system calls. */
  public ChildJvm withoutNativeAccess() {
    nativeAccess = false;
    return this;
  }

  /** Lets it have at most {@code most} open descriptors. */
  public ChildJvm withDescriptors(int most) {
    descriptors = most;
    return this;
  }

  /**
   * Starts it as systemd does with socket activation: with a TCP listener "web" and a Unix one
   * "admin" as descriptors 3 and 4.
   */
  public ChildJvm withInheritedListeners() {
    inheriting = true;
    return this;
  }

  /** Runs the program to its end, which has to come. */
  public Result run(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    if (descriptors > 0) {
      // The JVM would raise the soft limit to the hard one, so both are lowered.
      command.addAll(List.of("sh", "-c", "ulimit -n " + descriptors + " && exec \"$@\"", "sh"));
    }
    if (inheriting) {
      command.addAll(List.of("perl", "-e", ACTIVATE));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (opens) {
      command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
    }
    command.add(
        nativeAccess ? "--enable-native-access=ALL-UNNAMED" : "--illegal-native-access=deny");
    command.add("-Djdk.trackAllThreads=false");
    String poller = System.getProperty("weft.poller");
    if (poller != null) {
      command.add("-Dweft.poller=" + poller);
    }
    command.addAll(flags);
    command.add("-cp");
    command.add(rootOf(Weft.class) + File.pathSeparator + rootOf(program));
    command.add(program.getName());
    command.addAll(List.of(arguments));

    Path output = Files.createTempFile("weft-child", ".txt");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
        throw new AssertionError(
            program.getSimpleName() + " does not end; it said: " + Files.readString(output, UTF_8));
      }
      return new Result(process.exitValue(), Files.readString(output, UTF_8));
    } finally {
      Files.delete(output);
    }
  }

  /** The folder that a class was loaded from; not its module's, which tests are patched into. */
  private static Path rootOf(Class<?> type) throws Exception {
    String file = "/" + type.getName().replace('.', '/') + ".class";
    URL url = type.getResource(file);
    if (url == null) {
      throw new AssertionError(type + " has no class file");
    }
    String whole = url.toString();
    return Path.of(URI.create(whole.substring(0, whole.length() - file.length() + 1)));
  }
}
