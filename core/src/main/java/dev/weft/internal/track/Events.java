package dev.weft.internal.track;

import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Reports events of tracked goroutines and connections to a tool as they happen. There is at most
 * one listener; without it each call site costs one read of a field.
 */
public final class Events {
  private static final AtomicReference<@Nullable Listener> LISTENER = new AtomicReference<>();

  /**
   * Receives the events. It must not block: machines and sysmon call it inside the scheduler, which
   * logs what it throws.
   */
  public interface Listener {
    /** Called by the thread that created the goroutine, before it starts. */
    void made(Tracked<Thread> goroutine, Thread thread);

    /** Called by the goroutine at its end. */
    void ended(Tracked<Thread> goroutine);

    /**
     * Called by the machine before it runs the goroutine. Returns null to ignore the slice's end.
     */
    @Nullable Slice slice(Thread goroutine);

    /** Called by the machine after the goroutine has run. Returns null to ignore its wait. */
    @Nullable Wait stopped(Thread goroutine);

    /**
     * A machine has lost its processor.
     *
     * @param inBlockingCall whether the machine, then the calling thread, gave the processor up;
     *     otherwise sysmon took it, and is the calling thread
     */
    void handoff(String machine, boolean inBlockingCall);

    /**
     * A stream connection is established.
     *
     * @return what to call when it closes, or null
     */
    @Nullable Closing connected(Connection connection);
  }

  /** A goroutine's slice that has begun. */
  public interface Slice {
    /** Called by the machine that runs it. */
    void ended();
  }

  /** A goroutine's time without a processor, which has begun. */
  public interface Wait {
    /**
     * Called by the machine that is about to run the goroutine.
     *
     * @param goroutine is still parked where it waited
     * @param readyNanos for how long it has been ready
     */
    void ended(Thread goroutine, long readyNanos);
  }

  /** A connection that is about to be closed. */
  public interface Closing {
    /** May be called by several threads that close it at once. */
    void closing();
  }

  /** The attributes of a stream connection. */
  public interface Connection {
    @Nullable SocketAddress localAddress();

    @Nullable SocketAddress remoteAddress();

    /** Bytes received and acknowledged by the peer, as the kernel counts; null if it does not. */
    @Nullable Bytes bytes();
  }

  /** What has passed over a connection. */
  public record Bytes(long received, long acknowledged) {}

  private Events() {}

  /** Sets the listener from now on; null for none. */
  public static void listen(@Nullable Listener listener) {
    LISTENER.set(listener);
  }

  public static @Nullable Listener listener() {
    return LISTENER.get();
  }
}
