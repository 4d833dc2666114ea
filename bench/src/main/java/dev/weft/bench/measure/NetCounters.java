package dev.weft.bench.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The kernel's TCP counters, from {@code /proc/net/netstat} and {@code /proc/net/snmp}: of all
 * sockets of this host.
 *
 * @param listenOverflows connections that found a listener's queue full
 * @param listenDrops connections dropped by listeners, those included
 * @param synRetransmits SYNs and their answers sent again
 * @param timeouts times the kernel sent again because an acknowledgement was overdue
 * @param retransmits segments sent again
 */
public record NetCounters(
    long listenOverflows, long listenDrops, long synRetransmits, long timeouts, long retransmits) {
  private static final List<Path> FILES =
      List.of(Path.of("/proc/net/netstat"), Path.of("/proc/net/snmp"));

  /** Reads the counters. */
  public static NetCounters now() throws IOException {
    List<String> lines = new ArrayList<>();
    for (Path file : FILES) {
      lines.addAll(Files.readAllLines(file));
    }
    return parse(lines);
  }

  /** Lines come in pairs: the names, then the numbers, both behind the same word. */
  static NetCounters parse(List<String> lines) {
    Map<String, Long> counters = new TreeMap<>();
    for (int i = 0; i + 1 < lines.size(); i += 2) {
      String[] names = lines.get(i).split(" ", -1);
      String[] numbers = lines.get(i + 1).split(" ", -1);
      for (int k = 1; k < Math.min(names.length, numbers.length); k++) {
        counters.put(names[0] + names[k], Long.parseLong(numbers[k]));
      }
    }
    return new NetCounters(
        counters.getOrDefault("TcpExt:ListenOverflows", 0L),
        counters.getOrDefault("TcpExt:ListenDrops", 0L),
        counters.getOrDefault("TcpExt:TCPSynRetrans", 0L),
        counters.getOrDefault("TcpExt:TCPTimeouts", 0L),
        counters.getOrDefault("Tcp:RetransSegs", 0L));
  }

  /** The difference to an earlier reading. */
  public NetCounters since(NetCounters earlier) {
    return new NetCounters(
        listenOverflows - earlier.listenOverflows,
        listenDrops - earlier.listenDrops,
        synRetransmits - earlier.synRetransmits,
        timeouts - earlier.timeouts,
        retransmits - earlier.retransmits);
  }
}
