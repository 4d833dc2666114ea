package dev.weft.net;

import dev.weft.context.Context;
import dev.weft.internal.net.dial.LookupCache;
import dev.weft.internal.net.wait.ContextCancelSignal;
import dev.weft.internal.net.wait.Deadlines;
import dev.weft.internal.poll.CancelSignal;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds the addresses behind a name, and remembers them for a short time.
 *
 * <p>A look-up runs in a goroutine of its own, and concurrent look-ups of one name share it. A
 * caller whose time is over, or whose context is cancelled, gives up at once; the look-up goes on,
 * because the system's resolver cannot be stopped, and its answer serves the next caller.
 *
 * <p>Answers are remembered in a cache that is bounded in time and in size, those that a host does
 * not exist for a shorter time. Beneath it the JDK has a cache of its own, whose times the security
 * properties {@code networkaddress.cache.ttl} and {@code networkaddress.cache.negative.ttl} set.
 *
 * <p>Safe for use by any number of threads.
 */
public final class Resolver {
  private static final int DEFAULT_ENTRIES = 1024;
  private static final Duration DEFAULT_TTL = Duration.ofSeconds(10);
  private static final Duration DEFAULT_NEGATIVE_TTL = Duration.ofSeconds(1);

  /** The system's resolver; what {@link Net} and {@link Dialer} use unless told otherwise. */
  public static final Resolver SYSTEM =
      new Resolver(
          host -> List.of(InetAddress.getAllByName(host)),
          DEFAULT_ENTRIES,
          DEFAULT_TTL,
          DEFAULT_NEGATIVE_TTL);

  private final HostLookup lookup;
  private final LookupCache cache;

  private Resolver(HostLookup lookup, int maxEntries, Duration ttl, Duration negativeTtl) {
    this.lookup = lookup;
    cache =
        new LookupCache(
            lookup::lookUp,
            maxEntries,
            TimeUnit.NANOSECONDS.convert(ttl),
            TimeUnit.NANOSECONDS.convert(negativeTtl));
  }

  /** A resolver that asks {@code lookup}, with the cache sizes and times of {@link #SYSTEM}. */
  public static Resolver of(HostLookup lookup) {
    return new Resolver(
        Objects.requireNonNull(lookup, "lookup"),
        DEFAULT_ENTRIES,
        DEFAULT_TTL,
        DEFAULT_NEGATIVE_TTL);
  }

  /**
   * A resolver with the same source and a cache of its own.
   *
   * @param maxEntries how many names it remembers at most; 0 for none
   * @param ttl how long it remembers addresses
   * @param negativeTtl how long it remembers that a host does not exist
   * @throws IllegalArgumentException when one of them is negative
   */
  public Resolver withCache(int maxEntries, Duration ttl, Duration negativeTtl) {
    if (maxEntries < 0 || ttl.isNegative() || negativeTtl.isNegative()) {
      throw new IllegalArgumentException(
          "cache of " + maxEntries + " names for " + ttl + " and " + negativeTtl);
    }
    return new Resolver(lookup, maxEntries, ttl, negativeTtl);
  }

  /**
   * The addresses of {@code host}, which may be a literal address, the preferred ones first.
   *
   * @throws UnknownHostException when there is no such host, or the resolver does not answer
   * @throws InterruptedIOException when the thread is interrupted; it stays interrupted
   */
  public List<InetAddress> lookUp(String host) throws IOException {
    return lookUp("lookup " + host, host, Deadlines.NONE, null);
  }

  /**
   * The same for work that belongs to {@code context}.
   *
   * @throws dev.weft.context.CancelledException when the context is cancelled, before or meanwhile
   */
  public List<InetAddress> lookUp(Context context, String host) throws IOException {
    context.check();
    return lookUp("lookup " + host, host, Deadlines.NONE, new ContextCancelSignal(context));
  }

  /**
   * The same until a deadline.
   *
   * @param what for messages: the operation with its address
   */
  List<InetAddress> lookUp(
      String what, String host, long deadline, @Nullable CancelSignal cancelSignal)
      throws IOException {
    return cache.lookUp(what, host, deadline, cancelSignal);
  }
}
