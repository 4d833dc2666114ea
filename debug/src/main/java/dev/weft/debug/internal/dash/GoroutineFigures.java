package dev.weft.debug.internal.dash;

import dev.weft.debug.internal.goroutine.GoroutineGroups;
import dev.weft.debug.internal.goroutine.GoroutineState;
import dev.weft.internal.inspect.Inspection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Goroutines by what they wait for, by stack, and the members of one such group. */
final class GoroutineFigures {
  private static final int MAX_GROUPS = 100;
  private static final int MAX_MEMBERS = 200;

  /** The JDK's classes and Weft's; a program's may be below {@code dev.weft}, too. */
  private static final List<String> LIBRARIES =
      List.of(
          "java.",
          "jdk.",
          "sun.",
          "dev.weft.Weft",
          "dev.weft.chan.",
          "dev.weft.context.",
          "dev.weft.http.",
          "dev.weft.internal.",
          "dev.weft.io.",
          "dev.weft.net.",
          "dev.weft.task.");

  private GoroutineFigures() {}

  /** Numbers by kind of wait, and the largest groups. The time is linear in the goroutines. */
  static Map<String, Object> take() {
    long begin = System.nanoTime();
    GoroutineGroups all = GoroutineGroups.take();
    Map<String, Integer> kinds = new TreeMap<>();
    List<Map<String, Object>> groups = new ArrayList<>();
    for (GoroutineGroups.Group group : all.bySize()) {
      kinds.merge(group.key().kind(), group.count(), Integer::sum);
      if (groups.size() < MAX_GROUPS) {
        groups.add(describe(group, begin));
      }
    }
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("time", System.currentTimeMillis());
    figures.put("total", all.total());
    figures.put("kinds", kinds);
    figures.put("groups", groups);
    figures.put("tookNanos", System.nanoTime() - begin);
    return figures;
  }

  private static Map<String, Object> describe(GoroutineGroups.Group group, long now) {
    GoroutineGroups.Key key = group.key();
    Map<String, Object> about = new LinkedHashMap<>();
    about.put("id", id(key));
    about.put("kind", key.kind());
    about.put("label", key.label());
    about.put("count", group.count());
    about.put("oldestMillis", TimeUnit.NANOSECONDS.toMillis(now - group.oldest()));
    about.put("at", at(key.stack()));
    about.put("route", key.route());
    return about;
  }

  /** The frame to show: the innermost one of the program, otherwise the outermost one. */
  static String at(List<StackTraceElement> stack) {
    for (StackTraceElement frame : stack) {
      if (!isOfALibrary(frame.getClassName())) {
        return text(frame);
      }
    }
    return stack.isEmpty() ? "" : text(stack.getLast());
  }

  private static boolean isOfALibrary(String name) {
    for (String prefix : LIBRARIES) {
      if (name.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }

  /** Frames as text, each with its class, method, file and line. */
  static List<String> lines(List<StackTraceElement> stack) {
    return stack.stream().map(GoroutineFigures::text).toList();
  }

  /** Without modules and class loaders. */
  private static String text(StackTraceElement frame) {
    String at = frame.getClassName() + "." + frame.getMethodName();
    String file = frame.getFileName();
    return file == null ? at : at + " (" + file + ":" + Math.max(0, frame.getLineNumber()) + ")";
  }

  /** An id that is the same for the same kind, label, route and stack, also in another dump. */
  private static String id(GoroutineGroups.Key key) {
    long hash = key.kind().hashCode();
    hash = 31 * hash + String.valueOf(key.label()).hashCode();
    hash = 31 * hash + String.valueOf(key.route()).hashCode();
    for (StackTraceElement frame : key.stack()) {
      hash = hash * 1_000_003 + frame.hashCode();
    }
    return Long.toHexString(hash);
  }

  /** One group with its stack and members, as it is now; null when no goroutine is in it. */
  static @Nullable Map<String, Object> group(String id) {
    long now = System.nanoTime();
    Map<String, Object> group = new LinkedHashMap<>();
    List<Map<String, Object>> members = new ArrayList<>();
    int[] count = {0};
    Inspection.goroutines(goroutine -> {
      GoroutineState state = GoroutineState.of(goroutine);
      GoroutineGroups.Key key = GoroutineGroups.Key.of(state);
      if (!id(key).equals(id)) {
        return;
      }
      if (count[0]++ == 0) {
        group.put("id", id);
        group.put("kind", key.kind());
        group.put("label", key.label());
        group.put("route", key.route());
        group.put("stack", lines(key.stack()));
      }
      if (members.size() < MAX_MEMBERS) {
        members.add(member(state, now));
      }
    });
    if (count[0] == 0) {
      return null;
    }
    group.put("count", count[0]);
    group.put("members", members);
    return group;
  }

  private static Map<String, Object> member(GoroutineState state, long now) {
    Map<String, Object> member = new LinkedHashMap<>();
    member.put("id", state.id());
    member.put("name", state.name());
    member.put("reason", state.reason());
    member.put("served", state.served());
    member.put("ageMillis", TimeUnit.NANOSECONDS.toMillis(now - state.since()));
    member.put("creator", state.creator());
    return member;
  }
}
