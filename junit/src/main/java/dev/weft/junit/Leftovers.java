package dev.weft.junit;

import dev.weft.internal.inspect.Descriptor;
import dev.weft.internal.inspect.Goroutine;
import dev.weft.internal.inspect.Inspection;
import dev.weft.internal.inspect.Stacks;
import dev.weft.internal.inspect.WaitReasons;
import dev.weft.internal.track.Tracked;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The goroutines and sockets that were created after a moment and have not ended, and the leases
 * and datagrams that were taken and not given back. Each call looks again.
 */
final class Leftovers {
  private static final List<String> RUNNER =
      List.of("org.junit.", "java.", "jdk.internal.", "org.apache.maven.");

  private final long since;
  private final List<String> ignored;

  /** Goroutines that were garbage collected, which is final. */
  private final List<Tracked<Thread>> lost = new ArrayList<>();

  /** Leases and datagrams that were garbage collected. */
  private final List<Tracked<Object>> lostLoans = new ArrayList<>();

  /**
   * @param since on {@link System#nanoTime}'s scale
   * @param ignored prefixes of classes and methods
   */
  Leftovers(long since, List<String> ignored) {
    this.since = since;
    this.ignored = ignored;
  }

  /** Ignores what was garbage collected so far. */
  static void forgetLost() {
    Inspection.lostGoroutines(_ -> {});
    Inspection.lostLoans(_ -> {});
  }

  boolean any() {
    Inspection.lostGoroutines(entry -> addIfOfTheTest(entry, lost));
    Inspection.lostLoans(entry -> addIfOfTheTest(entry, lostLoans));
    return !lost.isEmpty()
        || !lostLoans.isEmpty()
        || !goroutines().isEmpty()
        || !descriptors().isEmpty()
        || !loans().isEmpty();
  }

  private <T> void addIfOfTheTest(Tracked<T> entry, List<Tracked<T>> to) {
    if (entry.since() - since >= 0 && !isIgnored(entry.site())) {
      to.add(entry);
    }
  }

  private List<Tracked<Object>> loans() {
    List<Tracked<Object>> left = new ArrayList<>();
    Inspection.loans(entry -> addIfOfTheTest(entry, left));
    return left;
  }

  private List<Goroutine> goroutines() {
    List<Goroutine> left = new ArrayList<>();
    Inspection.goroutines(goroutine -> {
      if (goroutine.since() - since >= 0
          && !isIgnored(goroutine.site())
          && (ignored.isEmpty() || !isIgnored(List.of(goroutine.thread().getStackTrace())))) {
        left.add(goroutine);
      }
    });
    return left;
  }

  private List<Descriptor> descriptors() {
    List<Descriptor> left = new ArrayList<>();
    Inspection.descriptors(descriptor -> {
      if (descriptor.since() - since >= 0 && !isIgnored(descriptor.site())) {
        left.add(descriptor);
      }
    });
    return left;
  }

  private boolean isIgnored(List<StackTraceElement> stack) {
    return stack.stream()
        .map(frame -> frame.getClassName() + "." + frame.getMethodName())
        .anyMatch(name -> ignored.stream().anyMatch(name::startsWith));
  }

  String describe(String test) {
    StringBuilder text = new StringBuilder("the test ").append(test).append(" left behind:");
    for (Goroutine each : goroutines()) {
      Thread thread = each.thread();
      StackTraceElement[] stack = thread.getStackTrace();
      text.append("\n\ngoroutine ").append(thread.threadId());
      if (!thread.getName().isEmpty()) {
        text.append(" \"").append(thread.getName()).append('"');
      }
      text.append(" [").append(WaitReasons.of(thread, stack)).append(']');
      append(Stacks.trim(stack), text);
      made(each.site(), text);
    }
    for (Tracked<Thread> each : lost) {
      text.append("\n\na goroutine that waited for what could not come any more");
      made(each.site(), text);
    }
    for (Descriptor each : descriptors()) {
      text.append("\n\n").append(each.kind().name().toLowerCase(Locale.ROOT)).append(' ');
      text.append(each);
      made(each.site(), text);
    }
    for (Tracked<Object> each : loans()) {
      text.append("\n\nnot given back: ").append(each.get());
      at("taken", each.site(), text);
    }
    for (Tracked<Object> each : lostLoans) {
      text.append("\n\nnot given back, and garbage collected: a lease or a datagram");
      at("taken", each.site(), text);
    }
    return text.toString();
  }

  private static void made(List<StackTraceElement> site, StringBuilder text) {
    at("made", site, text);
  }

  private static void at(String verb, List<StackTraceElement> site, StringBuilder text) {
    text.append("\n  ").append(verb).append(" at");
    append(withoutRunner(Stacks.trim(site.toArray(StackTraceElement[]::new))), text);
  }

  /** Without the outermost frames, in which JUnit calls the test. */
  private static List<StackTraceElement> withoutRunner(List<StackTraceElement> stack) {
    int to = stack.size();
    while (to > 1 && isOfRunner(stack.get(to - 1).getClassName())) {
      to--;
    }
    return stack.subList(0, to);
  }

  private static boolean isOfRunner(String type) {
    return RUNNER.stream().anyMatch(type::startsWith);
  }

  private static void append(List<StackTraceElement> stack, StringBuilder text) {
    for (StackTraceElement frame : stack) {
      text.append("\n    at ").append(frame);
    }
  }
}
