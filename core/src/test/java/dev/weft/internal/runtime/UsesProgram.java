package dev.weft.internal.runtime;

import dev.weft.Weft;
import dev.weft.context.Context;
import dev.weft.io.FileHandle;
import dev.weft.net.Net;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/** Uses Weft in all the ways that begin with the runtime, and prints how each one fails. */
final class UsesProgram {
  private UsesProgram() {}

  public static void main(String[] args) {
    List<Callable<Object>> uses =
        List.of(
            () -> Weft.go(() -> {}),
            () -> Net.listenTcp("tcp", "127.0.0.1:0"),
            () -> FileHandle.open(Path.of("none")),
            () -> Context.background().withTimeout(Duration.ofDays(1)),
            () -> Weft.threadFactory().newThread(() -> {}),
            () -> Weft.threadFactory("uses").newThread(() -> {}),
            Weft::stats,
            Weft::info);
    for (Callable<Object> use : uses) {
      try {
        use.call();
        System.out.println("no failure");
      } catch (Throwable e) {
        System.out.println(e);
      }
    }
    System.out.println("uses=" + uses.size());
  }
}
