package dev.weft.cli.proxy.targets;

import static java.util.stream.Collectors.joining;

import dev.weft.cli.proxy.settings.Backend;
import dev.weft.cli.proxy.settings.Balance;
import dev.weft.cli.proxy.settings.Health;
import dev.weft.context.Context;
import dev.weft.net.Conn;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The targets of a proxy, and the choice among them. Safe for use by any number of threads.
 *
 * <p>Turns are taken by stride scheduling: each target has a position that moves by 1/weight when
 * the target is chosen, and the one that is furthest behind is next. A target that was passed over
 * for a while does not make up for it: its position is at least that of the last one chosen.
 */
public final class Targets {
  private final List<Entry> all;
  private final Balance balance;
  private final Health health;
  private final Connector connector;

  /** The position of the target that was chosen last; guarded by this. */
  private double position;

  /** A target with its weight in this set of targets. */
  private static final class Entry {
    final Target target;
    final int weight;

    /** Guarded by the targets' lock. */
    double position;

    Entry(Target target, int weight) {
      this.target = target;
      this.weight = weight;
    }
  }

  /**
   * A connection to a target.
   *
   * @param target counts the connection as open until it is released
   */
  public record Connected(Target target, Conn conn) {}

  /** An entry as it was when the choice began: sorting needs keys that stand still. */
  private record Candidate(Entry entry, double key, double position) {}

  /**
   * @param targetOf the target of an address, which may have had another weight before
   * @param connector limits the time that each target has to connect
   */
  public Targets(
      List<Backend> backends,
      Function<Backend, Target> targetOf,
      Balance balance,
      Health health,
      Connector connector) {
    this.all =
        backends.stream()
            .map(backend -> new Entry(targetOf.apply(backend), backend.weight()))
            .toList();
    this.balance = balance;
    this.health = health;
    this.connector = connector;
  }

  Connector connector() {
    return connector;
  }

  public List<Target> all() {
    return all.stream().map(entry -> entry.target).toList();
  }

  /**
   * Connects to the first target, in the order of the choice, that takes the connection; those that
   * rest come last.
   *
   * @throws ConnectException when none does; the failures are suppressed exceptions
   * @throws dev.weft.context.CancelledException when the context is cancelled
   */
  public Connected dial(Context context, @Nullable SocketAddress client, ClientInfo clientInfo)
      throws IOException {
    List<IOException> failures = new ArrayList<>();
    List<Entry> resting = new ArrayList<>();
    for (Entry entry : entriesFor(client)) {
      if (entry.target.claim(health.checks())) {
        charge(entry);
        Connected connected = dial(context, entry.target, clientInfo, failures);
        if (connected != null) {
          return connected;
        }
      } else {
        resting.add(entry);
      }
    }
    for (Entry entry : resting) {
      Connected connected = dial(context, entry.target, clientInfo, failures);
      if (connected != null) {
        return connected;
      }
    }
    ConnectException none =
        new ConnectException(
            "no target connects: "
                + failures.stream().map(IOException::getMessage).collect(joining("; ")));
    failures.forEach(none::addSuppressed);
    throw none;
  }

  private @Nullable Connected dial(
      Context context, Target target, ClientInfo clientInfo, List<IOException> failures) {
    try {
      return new Connected(target, target.dial(context, connector, clientInfo));
    } catch (IOException e) {
      failures.add(e);
      return null;
    }
  }

  private double weight(Entry entry) {
    return entry.weight * entry.target.share(health.slowStart());
  }

  private synchronized void charge(Entry entry) {
    position = Math.max(position, entry.position);
    entry.position = position + 1 / weight(entry);
  }

  /** The order in which a connection would try the targets now. */
  List<Target> order(@Nullable SocketAddress client) {
    return entriesFor(client).stream().map(entry -> entry.target).toList();
  }

  private synchronized List<Entry> entriesFor(@Nullable SocketAddress client) {
    if (all.size() == 1) {
      return all;
    }
    List<Candidate> candidates = new ArrayList<>(all.size());
    for (Entry entry : all) {
      double at = Math.max(position, entry.position);
      candidates.add(new Candidate(entry, key(entry, client), at));
    }
    candidates.sort(
        Comparator.comparingDouble(Candidate::key).thenComparingDouble(Candidate::position));
    return candidates.stream().map(Candidate::entry).toList();
  }

  private double key(Entry entry, @Nullable SocketAddress client) {
    return switch (balance) {
      case LEAST_CONNECTIONS -> (entry.target.open() + 1) / weight(entry);
      case ROUND_ROBIN -> 0;
      case CLIENT -> -Math.log(hash(entry.target, client)) / weight(entry);
    };
  }

  /**
   * A number between 0 and 1 for weighted rendezvous hashing: the target with the lowest key has
   * the client, and with {@code -log(hash) / weight} as the key that is each target with the
   * probability of its weight.
   */
  private static double hash(Target target, @Nullable SocketAddress client) {
    int host = client instanceof InetSocketAddress inet ? inet.getAddress().hashCode() : 0;
    long mixed = mixed(target.toString().hashCode(), host);
    return ((mixed >>> 11) + 0.5) * 0x1p-53;
  }

  private static long mixed(int target, int client) {
    long z = ((long) target << 32) ^ (client * 0x9E3779B97F4A7C15L);
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
