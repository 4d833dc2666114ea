package dev.weft.cli.proxy;

import dev.weft.net.Conn;
import dev.weft.net.Dialer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The targets of a proxy, and the choice among them. */
final class Targets {
  /** For one target; a connection that none takes fails after that for each. */
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  private final List<Target> all;
  private final Balance balance;
  private final LongSupplier clock;
  private final Dialer dialer = Dialer.DEFAULT.timeout(CONNECT_TIMEOUT);
  private final AtomicInteger turn = new AtomicInteger();

  /**
   * A connection to a target.
   *
   * @param target counts the connection as open until it is released
   */
  record Connected(Target target, Conn conn) {}

  /** A target with its key as it was when the choice began: sorting needs keys that stand still. */
  private record Candidate(Target target, long key) {}

  /**
   * @param clock nanoseconds, as {@link System#nanoTime}
   */
  Targets(List<Target> all, Balance balance, LongSupplier clock) {
    this.all = List.copyOf(all);
    this.balance = balance;
    this.clock = clock;
  }

  /**
   * Connects to the first target, in the order of the choice, that takes the connection; those that
   * rest come last.
   *
   * @throws ConnectException when none does; the failures are suppressed exceptions
   */
  Connected dial(@Nullable SocketAddress client) throws IOException {
    List<IOException> failures = new ArrayList<>();
    List<Target> resting = new ArrayList<>();
    for (Target target : order(client)) {
      if (target.claim(clock.getAsLong())) {
        Connected connected = dial(target, failures);
        if (connected != null) {
          return connected;
        }
      } else {
        resting.add(target);
      }
    }
    for (Target target : resting) {
      Connected connected = dial(target, failures);
      if (connected != null) {
        return connected;
      }
    }
    ConnectException none = new ConnectException("no target connects: " + all);
    failures.forEach(none::addSuppressed);
    throw none;
  }

  private @Nullable Connected dial(Target target, List<IOException> failures) {
    try {
      return new Connected(target, target.dial(dialer, clock.getAsLong()));
    } catch (IOException e) {
      failures.add(e);
      return null;
    }
  }

  private List<Target> order(@Nullable SocketAddress client) {
    int first = Math.floorMod(turn.getAndIncrement(), all.size());
    List<Candidate> candidates = new ArrayList<>(all.size());
    for (int i = 0; i < all.size(); i++) {
      Target target = all.get((first + i) % all.size());
      candidates.add(new Candidate(target, key(target, client)));
    }
    candidates.sort(Comparator.comparingLong(Candidate::key)); // stable: equal ones take turns
    return candidates.stream().map(Candidate::target).toList();
  }

  private long key(Target target, @Nullable SocketAddress client) {
    return switch (balance) {
      case LEAST_CONNECTIONS -> target.open();
      case ROUND_ROBIN -> 0;
      case CLIENT -> mixed(target.toString().hashCode(), host(client));
    };
  }

  private static int host(@Nullable SocketAddress client) {
    return client instanceof InetSocketAddress inet ? inet.getAddress().hashCode() : 0;
  }

  /** Rendezvous hashing: the target with the lowest value has the client. */
  private static long mixed(int target, int client) {
    long z = ((long) target << 32) ^ (client * 0x9E3779B97F4A7C15L);
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
