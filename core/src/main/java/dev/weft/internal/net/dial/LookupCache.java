package dev.weft.internal.net.dial;

import dev.weft.Weft;
import dev.weft.internal.net.wait.Parking;
import dev.weft.internal.poll.CancelSignal;
import dev.weft.internal.sched.Clock;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Looks names up, and remembers the answers.
 *
 * <p>Each look-up runs in a goroutine of its own, and concurrent callers that ask for one name
 * share it. Safe for use by any number of threads.
 */
public final class LookupCache {
  /** The longest name of a host (RFC 1035, section 2.3.4), with a dot at its end. */
  private static final int MAX_NAME = 254;

  private final LookupSource source;
  private final GoroutineStarter starter;
  private final int maxEntries;
  private final long ttlNanos;
  private final long negativeTtlNanos;
  private final ReentrantLock lock = new ReentrantLock();

  /** The one that was used least recently first. Guarded by the lock. */
  private final Map<String, Lookup> lookups = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param maxEntries how many names it remembers at most; 0 for none
   * @param ttlNanos how long it remembers addresses
   * @param negativeTtlNanos how long it remembers that a host does not exist
   */
  public LookupCache(LookupSource source, int maxEntries, long ttlNanos, long negativeTtlNanos) {
    this(source, maxEntries, ttlNanos, negativeTtlNanos, Weft::go);
  }

  LookupCache(
      LookupSource source,
      int maxEntries,
      long ttlNanos,
      long negativeTtlNanos,
      GoroutineStarter starter) {
    this.source = source;
    this.starter = starter;
    this.maxEntries = maxEntries;
    this.ttlNanos = ttlNanos;
    this.negativeTtlNanos = negativeTtlNanos;
  }

  /**
   * The addresses of a host, or the address that {@code host} is. Waits for the answer.
   *
   * @param what for messages: the operation with its address
   * @param deadline on {@link System#nanoTime}'s scale, or 0 for none
   * @throws UnknownHostException when there is no such host, or the source does not answer
   * @throws SocketTimeoutException when the deadline has passed
   * @throws InterruptedIOException when the thread is interrupted; it stays interrupted
   */
  public List<InetAddress> lookUp(
      String what, String host, long deadline, @Nullable CancelSignal cancelSignal)
      throws IOException {
    if (isLiteral(host)) {
      return literal(what, host);
    }
    if (host.length() > MAX_NAME) { // A peer may have chosen it, and the cache would keep it.
      throw new UnknownHostException(
          what + ": lookup of a name of " + host.length() + " characters");
    }
    Lookup.Answer answer = await(what, find(host), deadline, cancelSignal);
    return switch (answer.failure()) {
      case null -> answer.addresses();
      case UnknownHostException e -> throw UnknownHosts.of(what, host, e);
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
      lookups.remove(host);
      trim();
      lookups.put(host, begun);
    } finally {
      lock.unlock();
    }
    try {
      starter.start("lookup " + host, () -> run(begun));
    } catch (Throwable e) { // Without a goroutine there would never be an answer.
      begun.finish(List.of(), e); // first, because forgetting it may fail for lack of memory
      forget(begun);
    }
    return begun;
  }

  private void run(Lookup begun) {
    begun.run(source);
    Lookup.Answer answer = Objects.requireNonNull(begun.answer());
    if (maxEntries == 0 || answer.isInconclusive()) {
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
        && (answer.isInconclusive()
            || Clock.nanoTime() - answer.at()
                >= (answer.isNegative() ? negativeTtlNanos : ttlNanos));
  }

  /**
   * Makes room for one. Look-ups under way stay, so that they are shared; each has a caller or had
   * one.
   */
  private void trim() {
    Iterator<Lookup> leastRecent = lookups.values().iterator();
    for (int excess = lookups.size() + 1 - Math.max(maxEntries, 1);
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
            throw new SocketTimeoutException(
                UnknownHosts.named(what, made.host()) + ": i/o timeout");
        case INTERRUPTED ->
            throw new InterruptedIOException(
                UnknownHosts.named(what, made.host()) + ": interrupted");
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
      throw UnknownHosts.of(what, host, e);
    }
  }
}
