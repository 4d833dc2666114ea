import dev.weft.Weft;
import dev.weft.net.Net;
import dev.weft.net.tls.TlsConfig;
import dev.weft.net.tls.TlsConn;
import dev.weft.net.tls.TlsListener;
import dev.weft.net.tls.TlsProvider;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.management.ObjectName;

/**
 * {@code Idle ENGINE CERTIFICATE KEY COUNT}: opens connections within the process, exchanges a byte on each, lets them be
 * idle, and prints what one side of one connection takes on the heap: by the classes of Weft, of the JDK's engine and of
 * netty, and of all others (buffers, locks, goroutines that wait for a byte), compared with the same connections without TLS.
 */
public final class Idle {
  private Idle() {}

  public static void main(String[] arguments) throws Exception {
    TlsProvider provider = TlsProvider.valueOf(arguments[0].toUpperCase(Locale.ROOT));
    Path certificate = Path.of(arguments[1]);
    int count = Integer.parseInt(arguments[3]);
    TlsConfig server =
        TlsConfig.builder().provider(provider).certificateFiles(certificate, Path.of(arguments[2])).build();
    TlsConfig client = TlsConfig.builder().provider(provider).trustFile(certificate).build();
    try (TlsListener listener = server.listener(Net.listen("tcp", "127.0.0.1:0"))) {
      Weft.go(() -> accept(listener));
      String address = "localhost:" + listener.localAddress().toString().replaceAll(".*:", "");
      open(client, address, 50); // classes, caches, pools
      Map<String, Long> before = heap();
      long direct = direct();
      List<TlsConn> open = open(client, address, count);
      Map<String, Long> after = heap();
      System.out.printf("%s: bytes for each side of %d idle connections%n", arguments[0], count);
      long sides = 2L * count;
      after.forEach(
          (group, bytes) ->
              System.out.printf("  %-22s %,8d%n", group, (bytes - before.getOrDefault(group, 0L)) / sides));
      System.out.printf("  %-22s %,8d%n", "direct buffers", (direct() - direct) / sides);
      open.forEach(TlsConn::abort);
    }
    System.exit(0);
  }

  private static void accept(TlsListener listener) throws IOException {
    while (true) {
      TlsConn conn = listener.accept();
      Weft.go(
          () -> {
            try (conn) {
              for (byte[] one = new byte[1]; conn.read(one) == 1; ) {
                conn.write(one);
                conn.awaitReadable();
              }
            }
          });
    }
  }

  private static List<TlsConn> open(TlsConfig client, String address, int count) throws IOException {
    List<TlsConn> open = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      TlsConn conn = client.dial(address);
      conn.write(new byte[1]);
      conn.read(new byte[1]);
      open.add(conn);
    }
    return open;
  }

  private static long direct() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  /** What is reachable, by whose class it is. */
  private static Map<String, Long> heap() throws Exception {
    String histogram =
        (String)
            ManagementFactory.getPlatformMBeanServer()
                .invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"),
                    "gcClassHistogram",
                    new Object[] {new String[0]},
                    new String[] {String[].class.getName()});
    Map<String, Long> groups = new TreeMap<>();
    for (String line : histogram.lines().toList()) {
      String[] words = line.strip().split("\\s+");
      if (words.length >= 4 && words[0].endsWith(":")) {
        groups.merge(group(words[3]), Long.parseLong(words[2]), Long::sum);
      }
    }
    if (Boolean.getBoolean("idle.print")) {
      System.out.println(histogram);
    }
    return groups;
  }

  private static String group(String name) {
    if (name.startsWith("dev.weft.net.tls.") || name.startsWith("dev.weft.internal.tls.")) {
      return "Weft's TLS";
    }
    if (name.startsWith("dev.weft.")) {
      return "Weft without TLS";
    }
    if (name.startsWith("sun.security.") || name.startsWith("com.sun.crypto.") || name.startsWith("javax.net.ssl.")
        || name.startsWith("javax.crypto.")) {
      return "the JDK's engine";
    }
    if (name.startsWith("io.netty.")) {
      return "netty";
    }
    return switch (name) {
      case "[B" -> "byte arrays";
      case "jdk.internal.vm.StackChunk" -> "stacks of goroutines";
      default -> "others";
    };
  }
}
