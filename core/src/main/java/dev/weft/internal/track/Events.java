package dev.weft.internal.track;

import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Tells a tool what tracked goroutines and connections do, when they do it. There is one listener
 * at most; without it each place that calls costs one read of a field.
 */
public final class Events {
  private static final AtomicReference<@Nullable Listener> LISTENER = new AtomicReference<>();

  /**
   * Is told of events. It must not wait: machines and sysmon call it inside the scheduler, which
   * logs what it throws.
   */
  public interface Listener {
    /** By the thread that has made the goroutine, before that starts. */
    void made(Tracked<Thread> goroutine, Thread thread);

    /** By the goroutine, as the last thing it does. */
    void ended(Tracked<Thread> goroutine);

    /** By the machine, before it runs the goroutine; null when the end is of no interest. */
    @Nullable Slice slice(Thread goroutine);

    /** By the machine, after the goroutine has run; null when its wait is of no interest. */
    @Nullable Wait stopped(Thread goroutine);

    /**
     * A machine has lost its processor.
     *
     * @param inBlockingCall whether it has given the processor up, and is the calling thread; else
     *     sysmon has taken it and calls
     */
    void handoff(String machine, boolean inBlockingCall);

    /**
     * A stream connection is established.
     *
     * @return what is to be told when it closes, or null
     */
    @Nullable Closing connected(Connection connection);
  }

  /** A goroutine's slice that has begun. */
  public interface Slice {
    /** By the machine that runs it. */
    void ended();
  }

  /** A goroutine's time without a processor, which has begun. */
  public interface Wait {
    /**
     * By the machine that is about to run the goroutine.
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

  /** What is known of a stream connection. */
  public interface Connection {
    @Nullable SocketAddress localAddress();

    @Nullable SocketAddress remoteAddress();

    /** Bytes received and acknowledged by the peer, as the kernel counts; null if it does not. */
    @Nullable Bytes bytes();
  }

  /** What has passed over a connection. */
  public record Bytes(long received, long acknowledged) {}

  private Events() {}

  /** Has {@code listener} told from now on; null for none. */
  public static void listen(@Nullable Listener listener) {
    LISTENER.set(listener);
  }

  public static @Nullable Listener listener() {
    return LISTENER.get();
  }
}
