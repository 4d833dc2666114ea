package dev.weft.cli.proxy.targets;

import dev.weft.cli.proxy.settings.Backend;
import dev.weft.context.Context;
import dev.weft.net.Conn;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * A server that connections are passed on to, and whether it connects. Safe for use by any number
 * of threads.
 *
 * <p>A target that failed to connect rests: it is passed over for a second, and twice as long after
 * each further failure, up to half a minute. After a rest one connection tries it, and the others
 * go on passing it over until that one has connected. Where health checks run, these try it instead
 * of a connection.
 *
 * <pre>
 *   up      --a dial or a check fails--> resting, for 1 s
 *   resting --the rest is over, claim()--> resting, while the claiming caller dials
 *   resting --a dial or a check fails--> resting, for twice as long
 *   resting --a dial or a check succeeds--> up, with a share that grows (slow start)
 * </pre>
 */
public final class Target {
  private static final System.Logger LOG = System.getLogger("dev.weft.cli");
  private static final long FIRST_REST = Duration.ofSeconds(1).toNanos();
  private static final long LONGEST_REST = Duration.ofSeconds(30).toNanos();

  /** What a target that has just returned gets of the connections that its weight stands for. */
  private static final double FIRST_SHARE = 0.1;

  private final Backend backend;
  private final LongSupplier clock;
  private final AtomicInteger open = new AtomicInteger();
  private final LongAdder connected = new LongAdder();
  private final LongAdder failed = new LongAdder();

  /** How long the current rest takes, in nanoseconds; 0 while the target is up. */
  private long rest;

  /** When the rest began, in nanoseconds of the clock; nothing while the target is up. */
  private long restSince;

  /** Whether it has rested once; then {@link #upSince} is when it last returned. */
  private boolean returned;

  private long upSince;

  /**
   * @param clock nanoseconds, as {@link System#nanoTime}
   */
  public Target(Backend backend, LongSupplier clock) {
    this.backend = backend;
    this.clock = clock;
  }

  /**
   * Reports whether the caller may try this target now, before the targets that rest.
   *
   * @param checked whether health checks try it after a rest
   */
  synchronized boolean claim(boolean checked) {
    if (rest == 0) {
      return true;
    }
    long now = clock.getAsLong();
    if (checked || now - restSince < rest) {
      return false;
    }
    restSince = now;
    return true;
  }

  /**
   * The part of its weight that counts now: less than 1 while the target is in its slow start.
   *
   * @param slowStart how long that takes; zero for none
   */
  synchronized double share(Duration slowStart) {
    if (!returned || slowStart.isZero()) {
      return 1;
    }
    double part = (double) (clock.getAsLong() - upSince) / slowStart.toNanos();
    return Math.clamp(part, FIRST_SHARE, 1);
  }

  /**
   * Connects, ready for the client's bytes; counts the connection as open until {@link #release}.
   *
   * @throws dev.weft.context.CancelledException when the context is cancelled; says nothing about
   *     the target
   */
  Conn dial(Context context, Connector connector, ClientInfo clientInfo) throws IOException {
    open.incrementAndGet(); // before it connects, so that choices made meanwhile count it
    boolean isConnected = false;
    try {
      Conn conn = attempt(() -> connector.connect(context, backend, clientInfo));
      isConnected = true;
      connected.increment();
      return conn;
    } finally {
      if (!isConnected) {
        release();
      }
    }
  }

  /** Connects and disconnects, to see whether that works within a time. */
  void check(Context context, Connector connector, Duration limit) {
    try {
      attempt(() -> {
        connector.check(context, backend, limit);
        return this;
      });
    } catch (IOException e) {
      // The target rests now, and the log says why.
    }
  }

  private interface Attempt<T> {
    T make() throws IOException;
  }

  private <T> T attempt(Attempt<T> attempt) throws IOException {
    try {
      T result = attempt.make();
      up();
      return result;
    } catch (IOException e) {
      if (isTargetsFault(e)) {
        rest(e);
      }
      throw e;
    }
  }

  /**
   * Not when this process has no memory, no descriptor or no port left, or gives up, nor when the
   * target refuses what a client has chosen by ALPN.
   */
  private static boolean isTargetsFault(IOException e) {
    String message = String.valueOf(e.getMessage());
    boolean isInterrupted =
        e instanceof InterruptedIOException && !(e instanceof SocketTimeoutException);
    return !isInterrupted
        && !(e.getCause() instanceof Error)
        && !(e instanceof BindException)
        && !message.contains("too many open files")
        && !message.contains("alert no_application_protocol");
  }

  public void release() {
    open.decrementAndGet();
  }

  public int open() {
    return open.get();
  }

  public long connected() {
    return connected.sum();
  }

  /** How many dials and checks failed. */
  public long failed() {
    return failed.sum();
  }

  public synchronized boolean isUp() {
    return rest == 0;
  }

  private synchronized void up() {
    if (rest != 0) {
      rest = 0;
      returned = true;
      upSince = clock.getAsLong();
      LOG.log(Level.INFO, "target " + this + " connects again");
    }
  }

  private synchronized void rest(IOException failure) {
    failed.increment();
    if (rest == 0) {
      LOG.log(Level.WARNING, "target " + this + " is passed over: " + failure.getMessage());
    }
    rest = rest == 0 ? FIRST_REST : Math.min(2 * rest, LONGEST_REST);
    restSince = clock.getAsLong();
  }

  @Override
  public String toString() {
    return backend.toString();
  }
}
