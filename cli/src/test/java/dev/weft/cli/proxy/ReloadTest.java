package dev.weft.cli.proxy;

import static dev.weft.cli.proxy.ProxyTester.address;
import static dev.weft.cli.proxy.ProxyTester.at;
import static dev.weft.cli.proxy.ProxyTester.down;
import static dev.weft.cli.proxy.ProxyTester.eventually;
import static dev.weft.cli.proxy.ProxyTester.passesOne;
import static dev.weft.cli.proxy.ProxyTester.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.cli.proxy.config.ConfigException;
import dev.weft.cli.proxy.config.ConfigFile;
import dev.weft.cli.proxy.forward.ListenerSource;
import dev.weft.cli.proxy.forward.Reloadable;
import dev.weft.cli.proxy.forward.Route;
import dev.weft.cli.proxy.forward.TcpProxy;
import dev.weft.cli.proxy.settings.Settings;
import dev.weft.cli.proxy.targets.Target;
import dev.weft.context.Context;
import dev.weft.net.Conn;
import dev.weft.net.FilterListener;
import dev.weft.net.Listener;
import dev.weft.net.Net;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** New settings for a proxy that runs. */
class ReloadTest {
  private final ProxyTester tester = new ProxyTester();

  @AfterEach
  void close() throws Exception {
    tester.close();
  }

  private static List<String> connectedTo(TcpProxy proxy) {
    return proxy.route().targets().all().stream()
        .filter(target -> target.open() > 0)
        .map(Target::toString)
        .toList();
  }

  @Test
  void newConnectionsGoToTheNewTargetsAndOldOnesStay() throws Exception {
    String first = tester.echo();
    String second = tester.echo();
    TcpProxy proxy = tester.proxy("", first);
    Conn old = tester.dial(proxy);
    passesOne(old);
    proxy.reload(settings("", second));
    passesOne(old);
    passesOne(tester.dial(proxy));
    assertThat(connectedTo(proxy)).containsExactly(second);
    passesOne(old);
  }

  @Test
  void aTargetThatIsNamedAgainKeepsWhatIsKnownOfIt() throws Exception {
    String first = tester.echo();
    TcpProxy proxy = tester.proxy("", first);
    passesOne(tester.dial(proxy));
    Target known = proxy.route().targets().all().getFirst();
    proxy.reload(settings("--balance round-robin", first + ",weight=3", tester.echo()));
    assertThat(proxy.route().targets().all().getFirst()).isSameAs(known);
    assertThat(known.open()).isEqualTo(1);
  }

  @Test
  void addressesComeAndGo() throws Exception {
    String target = tester.echo();
    String one = down();
    String two = down();
    TcpProxy proxy = tester.proxy(at(List.of(one), "", target), null);
    Conn old = tester.closing(Net.dial("tcp", one));
    passesOne(old);
    proxy.reload(at(List.of(two), "", target));
    passesOne(tester.closing(Net.dial("tcp", two)));
    assertThatThrownBy(() -> Net.dial("tcp", one)).isInstanceOf(ConnectException.class);
    passesOne(old);
  }

  @Test
  void anAddressThatIsTakenChangesNothing() throws Exception {
    String target = tester.echo();
    TcpProxy proxy = tester.proxy("", target);
    Route before = proxy.route();
    String free = down();
    Settings wrong = at(List.of(free, target), "--balance client", target);
    assertThatThrownBy(() -> proxy.reload(wrong)).isInstanceOf(BindException.class);
    assertThat(proxy.route()).isSameAs(before);
    passesOne(tester.dial(proxy));
    assertThatThrownBy(() -> Net.dial("tcp", free)).isInstanceOf(ConnectException.class);
  }

  /** A listener whose goroutine cannot be started: its name for it takes memory. */
  private static final class Unstartable extends FilterListener {
    Unstartable(Listener listener) {
      super(listener);
    }

    @Override
    public Listener withContext(Context context) {
      return listener.withContext(context);
    }

    @Override
    public String toString() {
      throw new OutOfMemoryError("on purpose");
    }
  }

  @Test
  void aChangeThatFailsWhenItStartsChangesNothing(@TempDir Path folder) throws Exception {
    String target = tester.echo();
    Path socket = folder.resolve("proxy.sock");
    String kept = "unix:" + socket;
    String added = "unix:" + folder.resolve("added.sock");
    String failing = down();
    ListenerSource source =
        address -> {
          Listener opened = ListenerSource.open(address);
          return address.equals(failing) ? new Unstartable(opened) : opened;
        };
    TcpProxy proxy =
        tester.closing(new TcpProxy(at(List.of(kept), "--check 1h", target), source, null));
    proxy.start();
    Route before = proxy.route();
    var addresses = proxy.addresses();
    Settings wrong = at(List.of(kept, added, failing), "--max-conns 10 --check 2h", "127.0.0.1:1");
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> proxy.reload(wrong)).isInstanceOf(OutOfMemoryError.class);
      assertThat(proxy.route()).isSameAs(before);
      assertThat(proxy.addresses()).isEqualTo(addresses);
      assertThat(folder.resolve("added.sock")).doesNotExist();
      assertThatThrownBy(() -> Net.dial("tcp", failing)).isInstanceOf(ConnectException.class);
      passesOne(tester.closing(Net.dialUnix(socket.toString())));
    }
    proxy.reload(at(List.of(kept, added), "", target));
    passesOne(tester.closing(Net.dialUnix(folder.resolve("added.sock").toString())));
    passesOne(tester.closing(Net.dialUnix(socket.toString())));
    proxy.stop();
    assertThat(socket).doesNotExist();
  }

  @Test
  void aFailureAfterTheListenersAreOpenClosesThem(@TempDir Path folder) throws Exception {
    String target = tester.echo();
    Path kept = folder.resolve("kept.sock");
    Path added = folder.resolve("added.sock");
    TcpProxy proxy = tester.proxy(at(List.of("unix:" + kept), "", target), null);
    Route before = proxy.route();
    Settings wrong =
        at(List.of("unix:" + kept, "unix:" + added, "unix:" + folder), "--max-conns 5", target);
    assertThatThrownBy(() -> proxy.reload(wrong)).isInstanceOf(IOException.class);
    assertThat(proxy.route()).isSameAs(before);
    assertThat(added).doesNotExist();
    passesOne(tester.closing(Net.dialUnix(kept.toString())));
  }

  @Test
  void otherLimitsHoldForNewConnections() throws Exception {
    String target = tester.echo();
    TcpProxy proxy = tester.proxy("", target);
    var address = address(proxy);
    passesOne(tester.dial(proxy));
    proxy.reload(settings("--max-per-client 1", target));
    assertThat(address(proxy)).isEqualTo(address); // the same socket
    passesOne(tester.dial(proxy));
    assertThatThrownBy(() -> passesOne(tester.dial(proxy)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("reset");
  }

  @Test
  void otherLimitsKeepTheFileOfAUnixSocket(@TempDir Path folder) throws Exception {
    String target = tester.echo();
    Path socket = folder.resolve("proxy.sock");
    List<String> listen = List.of("unix:" + socket);
    TcpProxy proxy = tester.proxy(at(listen, "", target), null);
    proxy.reload(at(listen, "--max-conns 10", target));
    passesOne(tester.closing(Net.dialUnix(socket.toString())));
    proxy.stop();
    assertThat(socket).doesNotExist();
  }

  @Test
  void aFileThatChangesIsReadAgainUnlessItIsWrong(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("proxy.toml");
    String listen = "listen = \"127.0.0.1:0\"\n";
    Files.writeString(file, listen + "targets = [\"h:1\"]\n");
    TcpProxy proxy = tester.proxy(Reloading.read(file), null);
    Reloading reloading = tester.closing(new Reloading(file, proxy));
    Route before = proxy.route();
    Files.writeString(file, listen + "targets = [\"h:0\"]\n");
    reloading.reload();
    assertThat(proxy.route()).isSameAs(before);
    Files.writeString(file, listen + "targets = [\"other:1\", \"h:1\"]\n");
    eventually("it is read by itself", () -> proxy.route() != before);
    assertThat(proxy.route().targets().all().toString()).isEqualTo("[other:1, h:1]");
  }

  @Test
  void aFileThatCouldNotBeReadOrAppliedIsTriedAgain(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("proxy.toml");
    Files.writeString(file, "listen = \"127.0.0.1:0\"\ntargets = [\"h:1\"]\n");
    AtomicInteger reads = new AtomicInteger();
    Reloading.Source failing =
        path -> {
          if (reads.incrementAndGet() == 1) {
            throw new ConfigException("on purpose", new IOException("too many open files"));
          }
          return ConfigFile.read(path);
        };
    AtomicInteger applications = new AtomicInteger();
    Reloadable withoutMemory =
        _ -> {
          if (applications.incrementAndGet() == 1) {
            throw new OutOfMemoryError("on purpose");
          }
        };
    try (var _ = new Reloading(file, failing, withoutMemory)) {
      Files.writeString(file, "listen = \"127.0.0.1:0\"\ntargets = [\"other:1\"]\n");
      eventually("it is applied again", () -> applications.get() == 2);
    }
    // One that failed, one that was not applied, one that was; more if one saw the file
    // half-written.
    assertThat(reads).hasValueGreaterThanOrEqualTo(3);
  }

  @Test
  void aStoppingProxyTakesNoSettings() throws Exception {
    TcpProxy proxy = tester.proxy("", down());
    proxy.stop();
    assertThatThrownBy(() -> proxy.reload(settings("", "h:1"))).isInstanceOf(IOException.class);
  }
}
