package dev.weft.cli.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks the system's TCP settings that limit how many connections a client can open and how fast
 * they are. Settings that cannot be read are left out.
 */
final class TcpExamination {
  private static final Pattern TIME_WAIT = Pattern.compile("(?m)^TCP:.* tw (\\d+)");
  private static final Pattern RANGE = Pattern.compile("(\\d+)\\s+(\\d+)");

  /** The share of ports in TIME_WAIT from which on a dial may find no free port. */
  private static final double MANY = 0.5;

  private final Path proc;
  private final List<Finding> findings = new ArrayList<>();

  /**
   * @param proc where the system's files are: {@code /proc}
   */
  TcpExamination(Path proc) {
    this.proc = proc;
  }

  List<Finding> findings() throws IOException {
    ports();
    slowStart();
    return findings;
  }

  private void ports() throws IOException {
    String sockets = read("net/sockstat");
    String range = read("sys/net/ipv4/ip_local_port_range");
    if (sockets == null || range == null) {
      return;
    }
    Matcher waiting = TIME_WAIT.matcher(sockets);
    Matcher bounds = RANGE.matcher(range);
    if (waiting.find() && bounds.find()) {
      long inTimeWait = Long.parseLong(waiting.group(1));
      long ports = Long.parseLong(bounds.group(2)) - Long.parseLong(bounds.group(1)) + 1;
      String reuse = read("sys/net/ipv4/tcp_tw_reuse");
      findings.add(ports(inTimeWait, ports, bounds.group(), reuse));
    }
  }

  private static Finding ports(long inTimeWait, long ports, String range, @Nullable String reuse) {
    String fact =
        inTimeWait
            + " connections in TIME_WAIT, "
            + ports
            + " local ports ("
            + range.replaceAll("\\s+", "-")
            + ")"
            + reuse(reuse);
    if (inTimeWait < MANY * ports) {
      return new Finding("ports", fact, null);
    }
    return new Finding(
        "ports",
        fact,
        "dials to one destination may find no port: keep connections (ConnPool)"
            + ("1".equals(reuse) ? "" : ", or sysctl net.ipv4.tcp_tw_reuse=1")
            + ", or widen net.ipv4.ip_local_port_range");
  }

  private static String reuse(@Nullable String value) {
    return switch (value) {
      case null -> "";
      case "0" -> ", which dials do not reuse (tcp_tw_reuse=0)";
      case "2" -> ", which dials reuse on loopback only (tcp_tw_reuse=2)";
      default -> ", which dials reuse after a second (tcp_tw_reuse=" + value + ")";
    };
  }

  private void slowStart() throws IOException {
    String value = read("sys/net/ipv4/tcp_slow_start_after_idle");
    if (value != null) {
      findings.add(
          new Finding(
              "slow start",
              value.equals("0")
                  ? "idle connections keep their congestion window"
                  : "idle connections begin with slow start again; sysctl"
                      + " net.ipv4.tcp_slow_start_after_idle=0 spares pooled ones that",
              null));
    }
  }

  private @Nullable String read(String name) throws IOException {
    Path file = proc.resolve(name);
    if (!Files.isReadable(file)) {
      return null;
    }
    try (InputStream in = Files.newInputStream(file)) { // Files in /proc have length 0.
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip();
    }
  }
}
