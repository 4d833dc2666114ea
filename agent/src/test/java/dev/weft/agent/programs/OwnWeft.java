package dev.weft.agent.programs;

import dev.weft.Weft;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import java.util.concurrent.CompletableFuture;

/** Brings a Weft of its own and uses it beside virtual threads of the JDK. */
public final class OwnWeft {
  public static void main(String[] args) throws Exception {
    System.out.println("own scheduler: " + Weft.info().fallbackBecause());
    System.out.println("own processors: " + Weft.info().procs());
    CompletableFuture<String> carrier = new CompletableFuture<>();
    Thread.startVirtualThread(() -> carrier.complete(Thread.currentThread().toString()));
    CompletableFuture<String> goroutine = new CompletableFuture<>();
    Weft.go(() -> goroutine.complete(Thread.currentThread().toString()));
    System.out.println("virtual thread: " + carrier.get());
    System.out.println("goroutine: " + goroutine.get());
    try (Listener listener = Net.listen("tcp", "127.0.0.1:0")) {
      Weft.go(() -> {
        try (Conn conn = listener.accept()) {
          conn.write(new byte[] {5}, 0, 1);
        } catch (Exception e) {
          throw new AssertionError(e);
        }
      });
      CompletableFuture<Integer> read = new CompletableFuture<>();
      // A goroutine of the agent's runtime on a connection of the program's.
      Thread.startVirtualThread(() -> {
        try (Conn conn = Net.dial("tcp", listener.localAddress().toString().substring(1))) {
          byte[] buffer = new byte[1];
          conn.read(buffer, 0, 1);
          read.complete((int) buffer[0]);
        } catch (Exception e) {
          read.completeExceptionally(e);
        }
      });
      System.out.println("read " + read.get());
    }
  }
}
