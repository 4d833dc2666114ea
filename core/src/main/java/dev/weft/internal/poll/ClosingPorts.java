package dev.weft.internal.poll;

import dev.weft.internal.sched.Clock;
import dev.weft.internal.sys.Errno;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The ports of sockets that are closed but not yet released to the system, because a call or a
 * request is in progress or the selector has to run first. Binding such a port waits until it is
 * released.
 *
 * <p>A transport holds its port when closing begins and releases it when the descriptor is closed.
 */
public final class ClosingPorts {
  /** How long a bind waits at most; a release takes about a millisecond on an idle machine. */
  private static final long MAX_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** The number of closed sockets that hold each port. */
  private static final ConcurrentMap<Integer, Integer> HELD = new ConcurrentHashMap<>();

  private ClosingPorts() {}

  /** The port of one closed socket. */
  public static final class Hold {
    private final int port;

    private Hold(int port) {
      this.port = port;
    }

    /** Releases the port; called once, when the descriptor is closed. */
    public void release() {
      HELD.computeIfPresent(port, (key, holds) -> holds == 1 ? null : holds - 1);
    }
  }

  /** A call of bind or listen; returns 0 or a negated error number. */
  interface Attempt {
    int call() throws IOException;
  }

  /** Holds the port of a socket that begins to close; an address without a port has no effect. */
  public static Hold hold(@Nullable SocketAddress local) {
    int port = portOf(local);
    if (port != 0) {
      HELD.merge(port, 1, Integer::sum);
    }
    return new Hold(port);
  }

  /**
   * Tries to bind to {@code address}, and tries again for at most a second while the address is in
   * use and a closed socket holds its port. An interrupt ends the tries.
   */
  static int retry(@Nullable SocketAddress address, Attempt attempt) throws IOException {
    int port = portOf(address);
    long start = System.nanoTime();
    boolean wasHeld = false;
    while (true) {
      boolean held =
          HELD.containsKey(
              port); // read before the attempt, because the port may be released meanwhile
      int result = attempt.call();
      // One more attempt after the release: the kernel may finish it on another processor.
      if (result != -Errno.EADDRINUSE
          || !(held || wasHeld)
          || Thread.currentThread().isInterrupted()
          || System.nanoTime() - start > MAX_WAIT_NANOS) {
        return result;
      }
      wasHeld = held;
      Clock.parkNanos(ClosingPorts.class, PAUSE_NANOS);
    }
  }

  private static int portOf(@Nullable SocketAddress address) {
    return address instanceof InetSocketAddress internet ? internet.getPort() : 0;
  }
}
