package dev.weft.internal.net.lookup;

import dev.weft.Weft;
import dev.weft.internal.net.wait.Parking;
import dev.weft.internal.poll.CancelSignal;
import dev.weft.internal.sched.Clock;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Looks names up, and remembers the answers.
 *
 * <p>Concurrent callers that ask for one name share its look-up:
 *
 * <pre>
 *   queued --a look-up ends--> running --the source answers--> answered
 *   queued --the last caller leaves--> forgotten
 * </pre>
 *
 * At most {@link #MAX_RUNNING} are running, because each blocks a thread. They run in goroutines of
 * their own, each of which goes on with those that are queued.
 *
 * <p>Safe for use by any number of threads.
 */
public final class LookupCache {
  /** The longest name of a host (RFC 1035, section 2.3.4), with a dot at its end. */
  private static final int MAX_NAME = 254;

  /** How many look-ups run at a time. */
  static final int MAX_RUNNING = 100;

  private static final int DEFAULT_ENTRIES = 1024;
  private static final Duration DEFAULT_TTL = Duration.ofSeconds(10);
  private static final Duration DEFAULT_NEGATIVE_TTL = Duration.ofSeconds(1);

  /** The system's resolver. */
  public static final LookupCache SYSTEM = of(host -> List.of(InetAddress.getAllByName(host)));

  private final LookupSource source;
  private final GoroutineStarter starter;
  private final int maxEntries;
  private final long ttlNanos;
  private final long negativeTtlNanos;
  private final ReentrantLock lock = new ReentrantLock();

  /** The one that was used least recently first. Guarded by the lock. */
  private final Map<String, Lookup> lookups = new LinkedHashMap<>(16, 0.75f, true);

  /** The look-ups that wait for others to end. Guarded by the lock, as the next field. */
  private final Queue<Lookup> queued = new ArrayDeque<>();

  private int running;

  /** Returns a cache of the default size and times. */
  public static LookupCache of(LookupSource source) {
    return new LookupCache(source, DEFAULT_ENTRIES, DEFAULT_TTL, DEFAULT_NEGATIVE_TTL, Weft::go);
  }

  /**
   * Returns an empty cache with the same source.
   *
   * @param entries how many names it remembers at most; 0 for none
   * @param ttl how long it remembers addresses
   * @param negativeTtl how long it remembers that a host does not exist
   */
  public LookupCache with(int entries, Duration ttl, Duration negativeTtl) {
    return new LookupCache(source, entries, ttl, negativeTtl, starter);
  }

  LookupCache(
      LookupSource source,
      int maxEntries,
      Duration ttl,
      Duration negativeTtl,
      GoroutineStarter starter) {
    this.source = source;
    this.starter = starter;
    this.maxEntries = maxEntries;
    ttlNanos = TimeUnit.NANOSECONDS.convert(ttl);
    negativeTtlNanos = TimeUnit.NANOSECONDS.convert(negativeTtl);
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
    Lookup made = find(host);
    Lookup.Answer known = made.answer();
    Lookup.Answer answer = known != null ? known : await(what, made, deadline, cancelSignal);
    return switch (answer.failure()) {
      case null -> answer.addresses();
      case UnknownHostException e -> throw UnknownHosts.of(what, host, e);
      case Throwable e -> throw new IOException(what + ": " + e, e);
    };
  }

  /** The look-up that answers for {@code host} now: one that is under way, was made, or begins. */
  private Lookup find(String host) {
    Lookup begun = new Lookup(host);
    boolean starts;
    lock.lock();
    try {
      Lookup known = lookups.get(host);
      if (known != null && !isStale(known)) {
        known.callers++;
        return known;
      }
      lookups.remove(host);
      trim();
      begun.callers++;
      starts = running < MAX_RUNNING;
      if (!starts) {
        queued.add(begun);
      }
      lookups.put(host, begun);
      running += starts ? 1 : 0;
    } finally {
      lock.unlock();
    }
    if (starts) {
      start(begun);
    }
    return begun;
  }

  /** Starts a goroutine for a look-up; without one it fails, and so do those behind it. */
  private void start(Lookup first) {
    for (Lookup begun = first; begun != null; begun = next()) {
      Lookup each = begun;
      try {
        starter.start("lookup " + each.host(), () -> runAll(each));
        return;
      } catch (Throwable e) { // Without a goroutine there would never be an answer.
        if (!each.begin()) {
          return; // It runs although starting it has failed.
        }
        each.finish(List.of(), e); // first, because forgetting it may fail for lack of memory
        forget(each);
      }
    }
  }

  /** Runs a look-up, and then those that are queued. */
  private void runAll(Lookup first) {
    if (!first.begin()) {
      return;
    }
    for (Lookup each = first; each != null; each = next()) {
      each.run(source);
      Lookup.Answer answer = Objects.requireNonNull(each.answer());
      if (maxEntries == 0 || answer.isInconclusive()) {
        forget(each);
      }
    }
  }

  /** The queued look-up that runs in place of one that has ended. */
  private @Nullable Lookup next() {
    lock.lock();
    try {
      Lookup next = queued.poll();
      running -= next == null ? 1 : 0;
      return next;
    } finally {
      lock.unlock();
    }
  }

  /** The calling thread waits no longer. A look-up that is still queued then may have no caller. */
  private void leave(Lookup made) {
    made.leave();
    if (made.answer() != null) {
      return;
    }
    lock.lock();
    try {
      made.callers--;
      if (made.callers == 0 && queued.remove(made)) {
        lookups.remove(made.host(), made);
      }
    } finally {
      lock.unlock();
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
   * Makes room for one. Look-ups that are queued or running stay, so that they are shared: their
   * number is limited, or each has a caller.
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

  private Lookup.Answer await(
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
      leave(made);
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
