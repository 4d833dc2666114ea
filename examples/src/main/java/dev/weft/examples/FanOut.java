package dev.weft.examples;

import static dev.weft.chan.Select.cancelled;
import static dev.weft.chan.Select.receive;
import static dev.weft.chan.Select.select;

import dev.weft.chan.Chan;
import dev.weft.chan.Select.Cancelled;
import dev.weft.chan.Select.Ended;
import dev.weft.chan.Select.Outcome;
import dev.weft.chan.Select.Received;
import dev.weft.context.Context;
import dev.weft.task.Group;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;

/**
 * Fans work out to a few goroutines and collects what they find, until one finds what is looked for
 * or the time is up: which number, hashed with SHA-256, begins with the given hexadecimal digits?
 *
 * <p>The first argument is what to look for, {@code c0ffe} without; the second, how many seconds to
 * look.
 */
final class FanOut {
  private static final int WORKERS = 4;
  private static final int BATCH = 1_000;

  private record Found(long number, String hash) {}

  private FanOut() {}

  static void main(String[] args) throws Exception {
    String wanted = args.length > 0 ? args[0] : "c0ffe";
    var limit = Duration.ofSeconds(args.length > 1 ? Long.parseLong(args[1]) : 60);

    Chan<Long> batches = Chan.buffered(WORKERS);
    Chan<Found> results = Chan.unbuffered();
    try (var context = Context.background().withTimeout(limit);
        var group = Group.under(context)) {
      group.go(() -> {
        for (long first = 0; ; first += BATCH) {
          batches.send(first, context); // waits while the workers are busy
        }
      });
      for (int i = 0; i < WORKERS; i++) {
        group.go(() -> {
          for (long first : batches) {
            search(first, wanted, results);
          }
        });
      }
      System.out.println(
          switch (select(receive(results), cancelled(context))) {
            case Received(_, Found(long number, String hash)) -> number + " -> " + hash;
            case Cancelled(_) -> "nothing found within " + limit.toSeconds() + " s";
            case Ended(_) -> throw new AssertionError("this channel is never closed");
            case Outcome other -> throw new AssertionError(other);
          });
    } // Leaving the block cancels the workers and waits for them.
  }

  private static void search(long first, String wanted, Chan<Found> results) throws Exception {
    var sha256 = MessageDigest.getInstance("SHA-256");
    for (long number = first; number < first + BATCH; number++) {
      byte[] digest = sha256.digest(Long.toString(number).getBytes(StandardCharsets.UTF_8));
      String hash = HexFormat.of().formatHex(digest);
      if (hash.startsWith(wanted)) {
        results.send(new Found(number, hash), Context.current());
      }
    }
  }
}
