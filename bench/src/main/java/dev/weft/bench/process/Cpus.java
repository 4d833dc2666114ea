package dev.weft.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The CPUs that the two processes are pinned to: the server to one core, the generator to another.
 *
 * @param server a CPU's number; empty when neither is pinned
 * @param load a CPU's number
 * @param description for people, with the reason when there is no pinning
 */
public record Cpus(Optional<Integer> server, Optional<Integer> load, String description) {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path TOPOLOGY = Path.of("/sys/devices/system/cpu");

  /** Chooses among the CPUs that this process may use. */
  public static Cpus choose() {
    List<Integer> allowed = allowed();
    if (allowed.size() < 2) {
      return unpinned("not pinned: there is only one CPU, and server and load share it");
    }
    if (!hasTaskset()) {
      return unpinned(
          "not pinned: there is no taskset command, which the package util-linux has; server and load move freely");
    }
    int server = allowed.getFirst();
    int load = otherCore(allowed, server);
    return new Cpus(
        Optional.of(server),
        Optional.of(load),
        "server pinned to CPU " + server + ", load to CPU " + load);
  }

  private static Cpus unpinned(String why) {
    return new Cpus(Optional.empty(), Optional.empty(), why);
  }

  /** The last CPU that is not the same core's other half, if there is one. */
  private static int otherCore(List<Integer> allowed, int server) {
    List<Integer> siblings = siblings(server);
    return allowed.reversed().stream()
        .filter(cpu -> !siblings.contains(cpu))
        .findFirst()
        .orElse(allowed.getLast());
  }

  private static List<Integer> siblings(int cpu) {
    try {
      return parseList(
          Files.readString(TOPOLOGY.resolve("cpu" + cpu + "/topology/thread_siblings_list")));
    } catch (IOException e) {
      return List.of(cpu);
    }
  }

  private static List<Integer> allowed() {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith("Cpus_allowed_list:")) {
          return parseList(line.substring(line.indexOf(':') + 1));
        }
      }
    } catch (IOException e) {
      return List.of();
    }
    return List.of();
  }

  /** A list as the kernel writes it: {@code 0-2,5}. */
  static List<Integer> parseList(String text) {
    List<Integer> cpus = new ArrayList<>();
    for (String part : text.strip().split(",", -1)) {
      int dash = part.indexOf('-');
      int first = Integer.parseInt(dash < 0 ? part : part.substring(0, dash));
      int last = dash < 0 ? first : Integer.parseInt(part.substring(dash + 1));
      for (int cpu = first; cpu <= last; cpu++) {
        cpus.add(cpu);
      }
    }
    return cpus;
  }

  private static boolean hasTaskset() {
    for (String folder : System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(":", -1)) {
      if (Files.isExecutable(Path.of(folder, "taskset"))) {
        return true;
      }
    }
    return false;
  }
}
