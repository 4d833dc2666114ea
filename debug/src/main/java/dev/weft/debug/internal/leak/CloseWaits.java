package dev.weft.debug.internal.leak;

import dev.weft.Weft;
import dev.weft.debug.internal.goroutine.GoroutineText;
import dev.weft.internal.inspect.Descriptor;
import dev.weft.internal.inspect.Inspection;
import dev.weft.internal.inspect.Stacks;
import dev.weft.internal.sys.TcpInfoStruct;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Connections that the peer has closed and this side neither reads to the end nor closes: they stay
 * in CLOSE_WAIT, with their descriptor, until it does.
 */
public final class CloseWaits {
  /** The kernel's number of the state. */
  private static final int CLOSE_WAIT = 8;

  /** The pause between the two checks, in which a connection that is read is usually closed. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private CloseWaits() {}

  /**
   * Writes the connections that are in this state twice in a row, with the goroutine that last
   * waited to read. Those whose reader is running or ready are left out, because it may be about to
   * read.
   */
  public static void write(Appendable out) throws IOException, InterruptedException {
    List<Descriptor> first = closeWaits();
    List<Descriptor> stay = new ArrayList<>();
    Map<Long, Thread> goroutines = new HashMap<>();
    if (!first.isEmpty()) {
      Weft.sleep(PAUSE);
      for (Descriptor each : closeWaits()) {
        if (first.stream().anyMatch(each::isSameAs)) {
          stay.add(each);
        }
      }
      Inspection.goroutines(each -> goroutines.put(each.thread().threadId(), each.thread()));
      stay.removeIf(each -> isActive(goroutines.get(each.lastReader())));
    }
    out.append("connections in CLOSE_WAIT that are not read: ");
    out.append(String.valueOf(stay.size())).append("\n");
    long now = System.nanoTime();
    for (Descriptor each : stay) {
      write(each, goroutines, now, out);
    }
  }

  private static List<Descriptor> closeWaits() {
    List<Descriptor> found = new ArrayList<>();
    Inspection.descriptors(descriptor -> {
      TcpInfoStruct info = descriptor.tcpInfo();
      if (info != null && info.state() == CLOSE_WAIT) {
        found.add(descriptor);
      }
    });
    return found;
  }

  private static boolean isActive(@Nullable Thread reader) {
    return reader != null && reader.getState() == Thread.State.RUNNABLE;
  }

  private static void write(
      Descriptor descriptor, Map<Long, Thread> goroutines, long now, Appendable out)
      throws IOException {
    out.append("\n").append(descriptor.toString()).append(", opened ");
    out.append(GoroutineText.age(now - descriptor.since())).append(" ago by thread ");
    out.append(String.valueOf(descriptor.creator()));
    long reader = descriptor.lastReader();
    if (reader == 0) {
      out.append("; no thread has waited to read from it\n");
      return;
    }
    Thread thread = goroutines.get(reader);
    if (thread == null) {
      out.append("; last read by thread ").append(String.valueOf(reader));
      out.append(", which has ended\n");
      return;
    }
    StackTraceElement[] stack = thread.getStackTrace();
    out.append("; last read by ").append(ThreadNames.withState(thread, List.of(stack)));
    out.append("\n");
    GoroutineText.stack(Stacks.trim(stack), out);
  }
}
