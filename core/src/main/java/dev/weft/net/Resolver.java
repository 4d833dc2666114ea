package dev.weft.net;

import dev.weft.Weft;
import dev.weft.context.Context;
import dev.weft.internal.poll.CancelSignal;
import dev.weft.internal.sched.Clock;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
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

  /** How C libraries put it. */
  private static final Set<String> NO_SUCH_HOST =
      Set.of(
          "Name or service not known",
          "No address associated with hostname",
          "nodename nor servname provided, or not known",
          "Name does not resolve");

  /** The system's resolver; what {@link Net} and {@link Dialer} use unless told otherwise. */
  public static final Resolver SYSTEM =
      new Resolver(
          host -> List.of(InetAddress.getAllByName(host)),
          DEFAULT_ENTRIES,
          DEFAULT_TTL,
          DEFAULT_NEGATIVE_TTL);

  private final HostLookup lookup;
  private final int maxEntries;
  private final long ttlNanos;
  private final long negativeTtlNanos;
  private final ReentrantLock lock = new ReentrantLock();

  /** The one that was used least recently first. Guarded by the lock. */
  private final Map<String, Lookup> lookups = new LinkedHashMap<>(16, 0.75f, true);

  private Resolver(HostLookup lookup, int maxEntries, Duration ttl, Duration negativeTtl) {
    this.lookup = lookup;
    this.maxEntries = maxEntries;
    ttlNanos = TimeUnit.NANOSECONDS.convert(ttl);
    negativeTtlNanos = TimeUnit.NANOSECONDS.convert(negativeTtl);
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
    if (isLiteral(host)) {
      return literal(what, host);
    }
    Lookup.Answer answer = await(what, find(host), deadline, cancelSignal);
    return switch (answer.failure()) {
      case null -> answer.addresses();
      case UnknownHostException e -> throw unknown(what, host, e);
      case Throwable e -> throw new IOException(what + ": " + e, e);
    };
  }

  /** The look-up that answers for {@code host} now: one that is under way, was made, or begins. */
  private Lookup find(String host) {
    Lookup begun = new Lookup(host);
    lock.lock();
    try {
      Lookup known = lookups.get(host);
      if (known != null && !isStale(known)) {
        return known;
      }
      lookups.put(host, begun);
      trim();
    } finally {
      lock.unlock();
    }
    try {
      Weft.go("lookup " + host, () -> run(begun));
    } catch (Throwable e) { // Without a goroutine there would never be an answer.
      forget(begun);
      begun.finish(List.of(), e);
    }
    return begun;
  }

  private void run(Lookup begun) {
    begun.run(lookup);
    Lookup.Answer answer = Objects.requireNonNull(begun.answer());
    if (maxEntries == 0 || (answer.failure() != null && !answer.isNegative())) {
      forget(begun);
    }
  }

  private void forget(Lookup made) {
    lock.lock();
    try {
      lookups.remove(made.host(), made);
    } finally {
      lock.unlock();
    }
  }

  private boolean isStale(Lookup made) {
    Lookup.Answer answer = made.answer();
    return answer != null
        && Clock.nanoTime() - answer.at() >= (answer.isNegative() ? negativeTtlNanos : ttlNanos);
  }

  /** Look-ups under way stay, so that they are shared; each has a caller or had one. */
  private void trim() {
    Iterator<Lookup> leastRecent = lookups.values().iterator();
    for (int excess = lookups.size() - Math.max(maxEntries, 1);
        excess > 0 && leastRecent.hasNext(); ) {
      if (leastRecent.next().answer() != null) {
        leastRecent.remove();
        excess--;
      }
    }
  }

  private static Lookup.Answer await(
      String what, Lookup made, long deadline, @Nullable CancelSignal cancelSignal)
      throws IOException {
    made.enter();
    try {
      return switch (Parking.await(made, () -> made.answer() != null, deadline, cancelSignal)) {
        case DONE -> Objects.requireNonNull(made.answer());
        case TIMED_OUT ->
            throw new SocketTimeoutException(named(what, made.host()) + ": i/o timeout");
        case INTERRUPTED ->
            throw new InterruptedIOException(named(what, made.host()) + ": interrupted");
        case CANCELLED -> throw Objects.requireNonNull(cancelSignal).toException();
      };
    } finally {
      made.leave();
    }
  }

  // Literal addresses are parsed by the JDK, without a look-up.

  private static boolean isLiteral(String host) {
    return host.indexOf(':') >= 0
        || (!host.isEmpty()
            && Character.digit(host.charAt(0), 10) >= 0
            && host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9')));
  }

  private static List<InetAddress> literal(String what, String host) throws UnknownHostException {
    try {
      return List.of(InetAddress.getAllByName(host));
    } catch (UnknownHostException e) {
      throw unknown(what, host, e);
    }
  }

  private static String named(String what, String host) {
    String lookup = "lookup " + host;
    return what.equals(lookup) ? what : what + ": " + lookup;
  }

  private static UnknownHostException unknown(String what, String host, UnknownHostException e) {
    UnknownHostException named =
        new UnknownHostException(named(what, host) + ": " + reason(host, e));
    named.initCause(e);
    return named;
  }

  /**
   * The JDK throws the same exception for a name that does not exist and for a resolver that does
   * not answer; the difference is in its message, behind the name.
   */
  static String reason(String host, UnknownHostException e) {
    String message = String.valueOf(e.getMessage());
    String prefix = host + ": ";
    String reason = message.startsWith(prefix) ? message.substring(prefix.length()) : "";
    if (reason.isEmpty() || NO_SUCH_HOST.contains(reason)) {
      return "no such host";
    }
    return Character.toLowerCase(reason.charAt(0)) + reason.substring(1);
  }
}
