import dev.weft.Weft;
import dev.weft.net.Conn;
import dev.weft.net.Net;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * IdleConnections [N]: what an idle connection costs the process that serves it, as {@code weft serve} does: N connections (default
 * 9,000) from a child process, each used once and then silent. Heap after a full collection, and resident memory outside the heap
 * (run with the heap pre-touched, so that what grows is native).
 */
final class IdleConnections {
  public static void main(String[] args) throws Exception {
    if (args.length == 2) {
      connect(Integer.parseInt(args[0]), args[1]);
      return;
    }
    int n = args.length > 0 ? Integer.parseInt(args[0]) : 9_000;
    var listener = Net.listenTcp("tcp", "127.0.0.1:0");
    Weft.go(
        () -> {
          while (true) {
            var conn = listener.accept();
            Weft.go(() -> echo(conn));
          }
        });
    run(listener.localAddress().getPort(), n, () -> {}); // loads and compiles what is needed
    long heap = heap();
    long resident = residentKib();
    run(
        listener.localAddress().getPort(),
        n,
        () -> {
          System.out.printf("%d idle connections, %d goroutines%n", n, Weft.stats().goroutines().live());
          System.out.printf("heap:   %d bytes each%n", (heap() - heap) / n);
          System.out.printf("native: %d bytes each%n", (residentKib() - resident) * 1024 / n);
        });
    System.exit(0);
  }

  private static void echo(Conn conn) throws Exception {
    try (conn) {
      for (boolean open = true; open; ) {
        conn.awaitReadable();
        var buffer = new byte[4096];
        int n = conn.read(buffer);
        open = n >= 0;
        if (open) {
          conn.write(buffer, 0, n);
        }
      }
    }
  }

  /** A child opens the connections, says so, and keeps them until its standard input ends. */
  private static void run(int port, int n, Runnable whileOpen) throws Exception {
    var command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow()));
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments().stream().filter(a -> !a.startsWith("-X")).toList());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "IdleConnections", "" + port, "" + n));
    var child = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    if (child.inputReader().readLine() == null) {
      throw new IllegalStateException("the client process failed");
    }
    whileOpen.run();
    child.getOutputStream().close();
    child.waitFor();
  }

  private static void connect(int port, String count) throws Exception {
    var open = new ArrayList<Conn>();
    var bytes = new byte[64];
    for (int i = Integer.parseInt(count); i > 0; i--) {
      var conn = Net.dial("tcp", "127.0.0.1:" + port);
      conn.write(bytes);
      for (int got = 0; got < bytes.length; ) {
        got += conn.read(bytes, got, bytes.length - got);
      }
      open.add(conn);
    }
    System.out.println("open");
    System.in.read();
    open.forEach(Conn::close);
  }

  private static long heap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static long residentKib() throws RuntimeException {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    throw new IllegalStateException("no VmRSS in /proc/self/status");
  }
}
