package dev.weft.examples;

import dev.weft.chan.Chan;
import dev.weft.chan.ReceiveChan;
import dev.weft.chan.SendChan;
import dev.weft.context.Context;
import dev.weft.task.Group;
import java.util.Objects;

/**
 * The prime sieve that Go is known for: a chain of goroutines, each of which passes on the numbers
 * that its own prime does not divide. It grows by one goroutine a prime.
 *
 * <p>The first argument says how many primes to print; 20 without.
 */
final class PrimeSieve {
  private PrimeSieve() {}

  static void main(String[] args) throws Exception {
    int count = args.length > 0 ? Integer.parseInt(args[0]) : 20;
    try (var chain = Group.under(Context.background())) {
      Chan<Integer> numbers = Chan.unbuffered();
      chain.go(() -> generate(numbers));
      ReceiveChan<Integer> left = numbers;
      for (int i = 0; i < count; i++) {
        int prime = Objects.requireNonNull(left.receive(), "the numbers never end");
        System.out.println(prime);
        ReceiveChan<Integer> in = left;
        Chan<Integer> out = Chan.unbuffered();
        chain.go(() -> filter(in, out, prime));
        left = out;
      }
    } // Leaving the block stops the goroutines, all of which wait for each other.
  }

  private static void generate(SendChan<Integer> out) throws InterruptedException {
    for (int i = 2; ; i++) {
      out.send(i);
    }
  }

  private static void filter(ReceiveChan<Integer> in, SendChan<Integer> out, int prime)
      throws InterruptedException {
    for (Integer i = in.receive(); i != null; i = in.receive()) {
      if (i % prime != 0) {
        out.send(i);
      }
    }
  }
}
