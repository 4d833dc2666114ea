package dev.weft.net;

import dev.weft.context.Context;
import dev.weft.internal.net.lookup.LookupCache;
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
import org.jspecify.annotations.Nullable;

/**
 * Resolves host names to addresses, with a cache.
 *
 * <p>A look-up runs in a goroutine of its own, and concurrent calls for one name share it. A caller
 * whose deadline passes, or whose context is cancelled, returns at once; the look-up continues,
 * because the system's resolver cannot be cancelled, and its result is cached. Each look-up blocks
 * a thread; a resolver runs at most 100 at a time. Further ones wait in turn, and those whose
 * callers have left are not made.
 *
 * <p>The cache is bounded in time and size; negative answers are kept for a shorter time. Below it
 * is the JDK's own cache, with times set by the security properties {@code
 * networkaddress.cache.ttl} and {@code networkaddress.cache.negative.ttl}.
 *
 * <p>Safe for use by any number of threads.
 */
public final class Resolver {
  /** The system's resolver, the default of {@link Net} and {@link Dialer}. */
  public static final Resolver SYSTEM = new Resolver(LookupCache.SYSTEM);

  private final LookupCache cache;

  private Resolver(LookupCache cache) {
    this.cache = cache;
  }

  /**
   * Returns a resolver that calls {@code lookup}, with the cache size and times of {@link #SYSTEM}.
   */
  public static Resolver of(HostLookup lookup) {
    return new Resolver(LookupCache.of(Objects.requireNonNull(lookup, "lookup")::lookUp));
  }

  /**
   * Returns a resolver with the same source and a cache of its own.
   *
   * @param maxEntries the maximum number of cached names; 0 disables the cache
   * @param ttl how long addresses are cached
   * @param negativeTtl how long the answer that a host does not exist is cached
   * @throws IllegalArgumentException when one of them is negative
   */
  public Resolver withCache(int maxEntries, Duration ttl, Duration negativeTtl) {
    if (maxEntries < 0 || ttl.isNegative() || negativeTtl.isNegative()) {
      throw new IllegalArgumentException(
          "cache of " + maxEntries + " names for " + ttl + " and " + negativeTtl);
    }
    return new Resolver(cache.with(maxEntries, ttl, negativeTtl));
  }

  /**
   * Returns the addresses of {@code host} in order of preference. A literal address resolves to
   * itself.
   *
   * @throws UnknownHostException when the host does not exist, or the resolver does not answer
   * @throws InterruptedIOException when the thread is interrupted; its interrupt status stays set
   */
  public List<InetAddress> lookUp(String host) throws IOException {
    return lookUp(host, (CancelSignal) null);
  }

  /**
   * Returns the addresses of {@code host}, as {@link #lookUp(String)}, until {@code context} is
   * cancelled or its deadline passes.
   *
   * @throws dev.weft.context.CancelledException when the context is cancelled, before or meanwhile
   */
  public List<InetAddress> lookUp(Context context, String host) throws IOException {
    context.check();
    return lookUp(host, new ContextCancelSignal(context));
  }

  private List<InetAddress> lookUp(String host, @Nullable CancelSignal cancelSignal)
      throws IOException {
    return cache.lookUp("lookup " + host, host, Deadlines.NONE, cancelSignal);
  }

  /** Returns the cache that answers. */
  LookupCache cache() {
    return cache;
  }
}
