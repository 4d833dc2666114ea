package dev.weft.cli.top;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;

/** Two samples of the same process as text: figures of the moment, and rates between the two. */
final class Report {
  private static final double NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int MEGA = 1 << 20;

  private final JsonObject before;
  private final JsonObject now;
  private final double seconds;
  private final StringBuilder out = new StringBuilder();

  private Report(JsonObject before, JsonObject now) {
    this.before = before;
    this.now = now;
    seconds = Math.max(1e-3, (number(now, "time") - number(before, "time")) / 1e3);
  }

  /**
   * Writes the report.
   *
   * @param rows the most machines, and the most groups of goroutines, that are listed
   */
  static String of(JsonObject before, JsonObject now, Sort sort, int rows) {
    Report report = new Report(before, now);
    report.process();
    report.scheduler();
    report.sockets();
    report.machines(rows);
    report.goroutines(sort, rows);
    return report.out.toString();
  }

  private void line(String text) {
    out.append(text.stripTrailing()).append('\n');
  }

  private void process() {
    JsonObject process = object(now, "process");
    line(
        String.format(
            Locale.ROOT,
            "process %d, up %s, Java %s, %s, poller %s",
            number(process, "pid"),
            age(number(process, "uptimeMillis")),
            text(process, "java"),
            text(process, "scheduler").equals("gmp")
                ? array(now, "processors").size() + " processors"
                : "on the JDK's scheduler",
            text(process, "poller")));
    line(
        String.format(
            Locale.ROOT,
            "cpu %.0f%%   heap %d of %d MiB   threads %d   safepoints %.1f ms/s   gc %.1f ms/s",
            100 * rate("process", "cpuNanos") / NANOS,
            number(process, "heapUsed") / MEGA,
            number(process, "heapCommitted") / MEGA,
            number(process, "threads"),
            pauseRate("safepoints"),
            pauseRate("gc")));
  }

  private void scheduler() {
    JsonObject scheduler = object(now, "scheduler");
    line(
        String.format(
            Locale.ROOT,
            "goroutines %d   runnable %d (global %d)   timers %d   ready to running p50 %s p99 %s",
            number(scheduler, "live"),
            number(scheduler, "runnable"),
            number(scheduler, "globalRunnable"),
            number(scheduler, "timers"),
            quantile(0.5),
            quantile(0.99)));
    line(
        String.format(
            Locale.ROOT,
            "per second: started %.0f   slices %.0f   steals %.0f   handoffs %.0f   blocking %.0f   polls %.0f   waits %.0f   events %.0f",
            rate("scheduler", "created"),
            rate("scheduler", "slices"),
            rate("scheduler", "steals"),
            rate("scheduler", "handoffs"),
            rate("scheduler", "blockingCalls"),
            rate("scheduler", "polls"),
            rate("scheduler", "pollWaits"),
            rate("scheduler", "pollEvents")));
    StringJoiner calls = new StringJoiner("   ", "system calls per second: ", "").setEmptyValue("");
    JsonObject old = object(object(before, "scheduler"), "systemCalls");
    JsonObject made = object(scheduler, "systemCalls");
    for (String call : made.keySet()) {
      if (number(made, call) > 0) {
        calls.add(
            String.format(Locale.ROOT, "%s %.0f", call, difference(old, made, call) / seconds));
      }
    }
    line(calls.toString());
    StringJoiner queues = new StringJoiner(" ", "run queues [", "]");
    array(now, "processors")
        .forEach(processor -> queues.add(processor.getAsJsonObject().get("queued").getAsString()));
    line(queues.toString());
  }

  private void sockets() {
    JsonObject net = object(now, "net");
    StringJoiner words = new StringJoiner("   ", "sockets ", "").setEmptyValue("sockets none");
    object(net, "kinds").asMap().forEach((kind, n) -> words.add(kind + " " + n.getAsString()));
    object(net, "states").asMap().forEach((state, n) -> words.add(state + " " + n.getAsString()));
    line(words.toString());
  }

  private record MachineLine(
      String name, String processor, String state, double cpu, double rate) {}

  private void machines(int rows) {
    Map<String, JsonObject> past = new HashMap<>();
    for (JsonElement each : array(before, "machines")) {
      past.put(text(each.getAsJsonObject(), "name"), each.getAsJsonObject());
    }
    List<MachineLine> lines = new ArrayList<>();
    for (JsonElement each : array(now, "machines")) {
      JsonObject machine = each.getAsJsonObject();
      JsonObject old = past.getOrDefault(text(machine, "name"), machine);
      lines.add(
          new MachineLine(
              text(machine, "name"),
              machine.get("processor").isJsonNull() ? "-" : "P" + text(machine, "processor"),
              state(machine),
              100 * difference(old, machine, "cpuNanos") / seconds / NANOS,
              difference(old, machine, "slices") / seconds));
    }
    lines.sort(Comparator.comparingDouble(MachineLine::cpu).reversed());
    line("");
    line(
        String.format(
            Locale.ROOT, "%-10s %-4s %-24s %6s %10s", "MACHINE", "P", "STATE", "CPU%", "SLICES/S"));
    lines.stream()
        .limit(rows)
        .forEach(each ->
            line(
                String.format(
                    Locale.ROOT,
                    "%-10s %-4s %-24s %6.1f %10.0f",
                    each.name,
                    each.processor,
                    each.state,
                    each.cpu,
                    each.rate)));
  }

  private static String state(JsonObject machine) {
    boolean inGoroutine = machine.get("inGoroutine").getAsBoolean();
    String state =
        machine.get("processor").isJsonNull()
            ? (inGoroutine ? "handed off" : "idle")
            : (inGoroutine ? "running" : "looking");
    return machine.get("lowered").getAsBoolean() ? state + ", low priority" : state;
  }

  private void goroutines(Sort sort, int rows) {
    List<JsonObject> groups = new ArrayList<>();
    array(object(now, "goroutines"), "groups").forEach(each -> groups.add(each.getAsJsonObject()));
    groups.sort(sort.order());
    line("");
    line(String.format(Locale.ROOT, "%8s %-9s %-22s %s", "COUNT", "OLDEST", "STATE", "AT"));
    for (JsonObject group : groups.subList(0, Math.min(rows, groups.size()))) {
      line(
          String.format(
              Locale.ROOT,
              "%8d %-9s %-22s %s%s",
              number(group, "count"),
              age(number(group, "oldestMillis")),
              text(group, "kind"),
              text(group, "at"),
              suffix(group, "label") + suffix(group, "route")));
    }
    if (groups.size() > rows) {
      line(String.format(Locale.ROOT, "%8s %d more groups", "", groups.size() - rows));
    }
  }

  private static String suffix(JsonObject group, String name) {
    return group.get(name).isJsonNull() ? "" : "  " + text(group, name);
  }

  /** An upper bound of what that share of the waits between the samples did not exceed. */
  private String quantile(double share) {
    JsonArray old = array(object(before, "scheduler"), "readyToRunning");
    JsonArray counts = array(object(now, "scheduler"), "readyToRunning");
    long[] differences = new long[counts.size()];
    long total = 0;
    for (int b = 0; b < differences.length; b++) {
      differences[b] = Math.max(0, counts.get(b).getAsLong() - old.get(b).getAsLong());
      total += differences[b];
    }
    long seen = 0;
    for (int b = 0; b < differences.length; b++) {
      seen += differences[b];
      if (seen > 0 && seen >= share * total) {
        return String.format(Locale.ROOT, "<=%.0fus", Math.ceil((1L << b) / 1e3));
      }
    }
    return "-";
  }

  private double rate(String of, String counter) {
    return difference(object(before, of), object(now, of), counter) / seconds;
  }

  private double pauseRate(String kind) {
    return difference(
            object(object(before, "pauses"), kind), object(object(now, "pauses"), kind), "nanos")
        / seconds
        / TimeUnit.MILLISECONDS.toNanos(1);
  }

  /** Zero when the process does not tell: counters run upwards. */
  private static double difference(JsonObject old, JsonObject young, String counter) {
    return young.has(counter) && old.has(counter)
        ? Math.max(0, number(young, counter) - number(old, counter))
        : 0;
  }

  private static JsonObject object(JsonObject in, String name) {
    return in.getAsJsonObject(name);
  }

  private static JsonArray array(JsonObject in, String name) {
    return in.getAsJsonArray(name);
  }

  private static long number(JsonObject in, String name) {
    return in.get(name).getAsLong();
  }

  private static String text(JsonObject in, String name) {
    return in.get(name).getAsString();
  }

  private static String age(long millis) {
    long seconds = millis / 1000;
    if (seconds >= 86_400) {
      return seconds / 86_400 + "d" + seconds / 3600 % 24 + "h";
    } else if (seconds >= 3600) {
      return seconds / 3600 + "h" + seconds / 60 % 60 + "m";
    }
    return seconds >= 60 ? seconds / 60 + "m" + seconds % 60 + "s" : seconds + "s";
  }
}
