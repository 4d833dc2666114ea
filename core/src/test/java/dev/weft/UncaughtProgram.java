package dev.weft;

import java.io.IOException;

/** Goroutines that fail, first with the default handler and then with one that fails too. */
final class UncaughtProgram {
  private UncaughtProgram() {}

  public static void main(String[] arguments) throws Exception {
    Weft.go(
            "the-goroutine",
            () -> {
              throw new IOException("not caught");
            })
        .join();
    Weft.onUncaught((thread, failure) -> {
      throw new IllegalStateException("the handler's own");
    });
    Weft.go(
            "the-handler's",
            () -> {
              throw new IOException("what it was to handle");
            })
        .join();
    System.out.println("live=" + Weft.stats().goroutines().live());
  }
}
