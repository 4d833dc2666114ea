package dev.weft.cli.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.Weft;
import dev.weft.cli.proxy.config.ProxyOptions;
import dev.weft.cli.proxy.forward.ListenerSource;
import dev.weft.cli.proxy.forward.TcpProxy;
import dev.weft.cli.proxy.report.AccessLog;
import dev.weft.cli.proxy.report.Addresses;
import dev.weft.cli.proxy.settings.Settings;
import dev.weft.io.Copy;
import dev.weft.net.Conn;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import dev.weft.net.server.Server;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** Targets and proxies for tests, on ports of the system's choice; closes all that it opened. */
public final class ProxyTester implements AutoCloseable {
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  /** The settings for options, of a proxy on a port of its own unless there is a LISTEN. */
  public static Settings settings(String options, String... targets) {
    ProxyOptions parsed = new ProxyOptions();
    new CommandLine(parsed).parseArgs(options.isEmpty() ? new String[0] : options.split(" "));
    return parsed.settings(List.of("127.0.0.1:0"), List.of(targets));
  }

  /** The same, of a proxy on these addresses. */
  public static Settings at(List<String> listen, String options, String... targets) {
    Settings settings = settings(options, targets);
    return new Settings(
        listen,
        settings.targets(),
        settings.balance(),
        settings.timeouts(),
        settings.health(),
        settings.admission(),
        settings.acceptProxy(),
        settings.sendProxy(),
        settings.clientTls(),
        settings.targetTls());
  }

  public TcpProxy proxy(String options, String... targets) throws IOException {
    return proxy(settings(options, targets), null);
  }

  public TcpProxy proxy(Settings settings, @Nullable AccessLog log) throws IOException {
    TcpProxy proxy =
        closing(
            new TcpProxy(
                settings,
                ListenerSource::open,
                log == null ? (session, ending) -> {} : log::write));
    proxy.start();
    return proxy;
  }

  /** A target that echoes. */
  public String echo() throws IOException {
    return echo("127.0.0.1:0");
  }

  public String echo(String address) throws IOException {
    Listener listener = ListenerSource.open(address);
    Server server = closing(new Server(conn -> Copy.copy(conn, conn)));
    server.start(listener);
    return listener.localAddress() instanceof InetSocketAddress inet
        ? "127.0.0.1:" + inet.getPort()
        : address;
  }

  /** A target whose connections the test accepts. */
  public Listener target() throws IOException {
    return closing(Net.listen("tcp", "127.0.0.1:0"));
  }

  /** An address on which nothing listens. */
  public static String down() throws IOException {
    try (Listener listener = Net.listen("tcp", "127.0.0.1:0")) {
      return text(listener);
    }
  }

  public static String text(Listener listener) {
    return Addresses.text(listener.localAddress());
  }

  public static SocketAddress address(TcpProxy proxy) {
    return proxy.addresses().getFirst();
  }

  public Conn dial(TcpProxy proxy) throws IOException {
    return closing(Net.dial(address(proxy)));
  }

  public <T extends AutoCloseable> T closing(T resource) {
    opened.push(resource);
    return resource;
  }

  /** Sends much through an echo behind the proxy, and reads it back. */
  public static void passesAll(SocketAddress proxy) throws IOException {
    passesAll(Net.dial(proxy));
  }

  /** The same over a connection, which it closes. */
  public static void passesAll(Conn to) throws IOException {
    byte[] sent = new byte[300_017];
    new Random(1).nextBytes(sent);
    try (Conn conn = to) {
      Weft.go(() -> {
        try {
          conn.write(sent);
          conn.closeWrite();
        } catch (IOException e) {
          conn.close(); // so that the reader fails
        }
      });
      assertThat(conn.inputStream().readAllBytes()).isEqualTo(sent);
    }
  }

  /** Sends a byte through an echo, and reads it back. */
  public static void passesOne(Conn conn) throws IOException {
    conn.write(new byte[] {7});
    assertThat(conn.read(new byte[1])).isEqualTo(1);
  }

  public static void eventually(String what, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + PATIENCE;
    while (!condition.call()) {
      assertThat(System.nanoTime()).as("in vain until " + what).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  @Override
  public void close() throws Exception {
    List<Exception> failures = new ArrayList<>();
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        failures.add(e);
      }
    }
    assertThat(failures).isEmpty();
  }
}
