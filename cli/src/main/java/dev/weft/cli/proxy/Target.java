package dev.weft.cli.proxy;

import dev.weft.net.Conn;
import dev.weft.net.Dialer;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An address that connections are passed on to, and whether it connects.
 *
 * <p>A target that failed to connect rests: it is passed over for a second, and twice as long after
 * each further failure, up to half a minute. After a rest one connection tries it, and the others
 * go on passing it over until that one has connected.
 *
 * <pre>
 *   up      --a dial fails--> resting, for 1 s
 *   resting --the rest is over, claim()--> resting, while the claiming caller dials
 *   resting --a dial fails--> resting, for twice as long
 *   resting --a dial succeeds--> up
 * </pre>
 */
final class Target {
  private static final System.Logger LOG = System.getLogger("dev.weft.cli");
  private static final String UNIX = "unix:";
  private static final long FIRST_REST = Duration.ofSeconds(1).toNanos();
  private static final long LONGEST_REST = Duration.ofSeconds(30).toNanos();

  private final String network;
  private final String address;
  private final AtomicInteger open = new AtomicInteger();

  /** How long the current rest takes, in nanoseconds; 0 while the target is up. */
  private long rest;

  /** When the rest began, in nanoseconds of the caller's clock; nothing while the target is up. */
  private long restSince;

  /**
   * @param text {@code host:port}, or {@code unix:} and a path or {@code @name}
   */
  Target(String text) {
    boolean unix = text.startsWith(UNIX);
    network = unix ? "unix" : "tcp";
    address = unix ? text.substring(UNIX.length()) : text;
    if (unix ? address.isEmpty() : !hasHostAndPort(address)) {
      throw new IllegalArgumentException(
          "target \"" + text + "\": must be host:port or unix:path, such as 127.0.0.1:8081");
    }
  }

  private static boolean hasHostAndPort(String address) {
    int colon = address.lastIndexOf(':');
    return colon > 0 && address.substring(colon + 1).matches("[0-9]{1,5}");
  }

  /** Reports whether the caller may try this target now, before the targets that rest. */
  synchronized boolean claim(long now) {
    if (rest == 0) {
      return true;
    }
    if (now - restSince < rest) {
      return false;
    }
    restSince = now;
    return true;
  }

  /** Connects; counts the connection as open until {@link #release}. */
  Conn dial(Dialer dialer, long now) throws IOException {
    open.incrementAndGet(); // before it connects, so that others who choose meanwhile see it
    boolean connected = false;
    try {
      Conn conn = dialer.dial(network, address);
      connected = true;
      up();
      return conn;
    } catch (IOException e) {
      rest(now, e);
      throw e;
    } finally {
      if (!connected) {
        release();
      }
    }
  }

  void release() {
    open.decrementAndGet();
  }

  int open() {
    return open.get();
  }

  private synchronized void up() {
    if (rest != 0) {
      rest = 0;
      LOG.log(Level.INFO, "target " + this + " connects again");
    }
  }

  private synchronized void rest(long now, IOException failure) {
    if (rest == 0) {
      LOG.log(Level.WARNING, "target " + this + " is passed over: " + failure.getMessage());
    }
    rest = rest == 0 ? FIRST_REST : Math.min(2 * rest, LONGEST_REST);
    restSince = now;
  }

  @Override
  public String toString() {
    return network.equals("unix") ? UNIX + address : address;
  }
}
