package dev.weft.cli.doctor;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.weft.Weft;
import dev.weft.stats.RuntimeInfo;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Checks the settings of this process and this host that determine how Weft runs. */
final class Examination {
  /** Descriptors that a large server needs, one for each connection. */
  private static final long FEW_DESCRIPTORS = 4096;

  /**
   * Below this a burst of connections overflows the listen queue, which delays clients by a second.
   */
  private static final int SHORT_BACKLOG = 1024;

  private final List<Finding> findings = new ArrayList<>();

  List<Finding> findings() {
    jdk();
    system();
    scheduler();
    pollers();
    threadTracking();
    descriptors();
    backlog();
    tcp();
    return findings;
  }

  private void fine(String subject, String fact) {
    findings.add(new Finding(subject, fact, null));
  }

  private void jdk() {
    fine(
        "JDK",
        Runtime.version()
            + " ("
            + System.getProperty("java.vendor")
            + "), "
            + System.getProperty("java.home"));
  }

  private void system() {
    fine(
        "system",
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + ", "
            + System.getProperty("os.arch")
            + ", "
            + Runtime.getRuntime().availableProcessors()
            + " processors");
  }

  private void scheduler() {
    RuntimeInfo info = Weft.info();
    if (info.fallbackBecause() == null) {
      fine(
          "scheduler",
          "Weft's own (gmp), procs "
              + info.procs()
              + ", at most "
              + info.maxThreads()
              + " threads");
    } else {
      findings.add(
          new Finding(
              "scheduler",
              "the JDK's, without time slices: a goroutine that computes delays others",
              info.fallbackBecause()));
    }
  }

  private void pollers() {
    RuntimeInfo info = Weft.info();
    String asked = System.getProperty("weft.poller", "auto");
    info.pollers()
        .forEach((name, reason) -> findings.add(poller(name, reason, info.poller(), asked)));
  }

  /** A missing poller is a problem only if it would be used. */
  static Finding poller(String name, String reason, String used, String asked) {
    if (reason.isEmpty()) {
      return new Finding("poller", name + (name.equals(used) ? ": in use" : ": available"), null);
    }
    boolean missed =
        name.equalsIgnoreCase(asked)
            || (name.equals("epoll")
                && asked.equals("auto")
                && System.getProperty("os.name").equals("Linux"));
    return missed
        ? new Finding("poller", name + ": not available", reason)
        : new Finding("poller", name + ": not available, not in use (" + reason + ")", null);
  }

  private void threadTracking() {
    if ("false".equals(System.getProperty("jdk.trackAllThreads"))) {
      fine(
          "tracking",
          "the JDK does not track goroutines: they cost less, and thread dumps omit them");
    } else {
      findings.add(
          new Finding(
              "tracking",
              "the JDK keeps a list of all goroutines",
              "-Djdk.trackAllThreads=false makes goroutines cheaper; thread dumps then omit them"));
    }
  }

  private void descriptors() {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
      long limit = unix.getMaxFileDescriptorCount();
      findings.add(
          new Finding(
              "descriptors",
              limit + " at most, " + unix.getOpenFileDescriptorCount() + " open",
              limit < FEW_DESCRIPTORS
                  ? "every connection needs one: raise the limit with ulimit -n"
                  : null));
    }
  }

  private void backlog() {
    Path file = Path.of("/proc/sys/net/core/somaxconn");
    if (!Files.exists(file)) {
      return;
    }
    try (InputStream in = Files.newInputStream(file)) {
      int backlog =
          Integer.parseInt(new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip());
      findings.add(
          new Finding(
              "backlog",
              "the system queues " + backlog + " connections per listener",
              backlog < SHORT_BACKLOG
                  ? "clients of a burst may wait for a second: sysctl net.core.somaxconn=4096"
                  : null));
    } catch (IOException | NumberFormatException e) {
      findings.add(new Finding("backlog", "cannot be read: " + e, "look at " + file));
    }
  }

  private void tcp() {
    try {
      findings.addAll(new TcpExamination(Path.of("/proc")).findings());
    } catch (IOException e) {
      fine("TCP", "its settings cannot be read: " + e);
    }
  }
}
