package dev.weft.internal.runtime;

import dev.weft.internal.sys.NativeAccess;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;

/**
 * Initializes the classes of channels, contexts, deadlines, closing and system calls of sockets
 * when the runtime starts.
 *
 * <p>A class is otherwise initialized by its first user. If that is a goroutine at the end of its
 * stack, the initializer overflows it, and the JVM refuses the class from then on: every use of a
 * context, for example, would fail with NoClassDefFoundError. None of these classes uses the
 * runtime while it is initialized.
 */
final class EarlyClasses {
  /** By name, because this package lies below some of them. */
  static final List<String> NAMES =
      List.of(
          "chan.ChanState",
          "chan.HChan",
          "chan.RingBuffer",
          "chan.SelectRound",
          "chan.Selector",
          "chan.WaitQueue",
          "chan.Waiter",
          "context.AfterFunc",
          "context.Callback",
          "context.CancelPoint",
          "context.CancelPoint$Reason",
          "context.Context",
          "internal.net.wait.Parking$Outcome",
          "internal.poll.BreakRecord",
          "internal.poll.CloseActions",
          "internal.poll.ClosingPorts",
          "internal.poll.DatagramFd",
          "internal.poll.Descriptors",
          "internal.poll.Direction",
          "internal.poll.ExtraOptions",
          "internal.poll.Family",
          "internal.poll.Fd$1",
          "internal.poll.FdLock",
          "internal.poll.ForeignFds",
          "internal.poll.Gate",
          "internal.poll.LingerOption",
          "internal.poll.ListenFd",
          "internal.poll.PollDesc",
          "internal.poll.PollDesc$Wait",
          "internal.poll.StreamConnector",
          "internal.poll.StreamConnector$1",
          "internal.poll.error.ErrorHints$1",
          "internal.poll.error.NetExceptions",
          "internal.poll.error.NetOperation");

  /** Those of them that waits of the JDK's sockets use. */
  static final List<String> FOR_JDK_API =
      List.of(
          "internal.poll.CloseActions",
          "internal.poll.ClosingPorts",
          "internal.poll.Descriptors",
          "internal.poll.Direction",
          "internal.poll.FdLock",
          "internal.poll.ForeignFds",
          "internal.poll.Gate",
          "internal.poll.PollDesc",
          "internal.poll.PollDesc$Wait",
          "internal.poll.error.NetExceptions",
          "internal.poll.error.NetOperation");

  private static final String ROOT = "dev.weft.";

  private EarlyClasses() {}

  static void initialize() {
    boolean all = Purpose.includesOwnApi();
    try {
      for (String name : all ? NAMES : FOR_JDK_API) {
        Class.forName(ROOT + name);
      }
      if (all) {
        Class.forName(Duration.class.getName()); // deadlines are computed with it
        copyBytes();
        NativeAccess.bindSocketCalls();
      }
      // The report of a callback that runs out of memory must not be its first use.
      Class.forName(UncaughtExceptions.class.getName());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  /** Few and many bytes are copied by different classes of the JDK. */
  private static void copyBytes() {
    for (int length : new int[] {15, 1024}) {
      MemorySegment from = MemorySegment.ofArray(new byte[length]);
      MemorySegment.copy(from, 0, MemorySegment.ofArray(new byte[length]), 0, length);
    }
  }
}
