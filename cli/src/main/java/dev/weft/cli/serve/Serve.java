package dev.weft.cli.serve;

import dev.weft.cli.failure.Failure;
import dev.weft.internal.closing.CloseSteps;
import dev.weft.net.InheritedListener;
import dev.weft.net.ListenConfig;
import dev.weft.net.Listener;
import dev.weft.net.server.Server;
import dev.weft.net.tls.TlsConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Starts the services, and shuts them down gracefully on Ctrl-C and SIGTERM. */
@Command(
    name = "serve",
    description = {
      "Serve HTTP/1.1, an echo service, and an echo service for UDP.",
      "Without --http, --dir, --echo or --udp-echo it serves HTTP on :8080 and echoes on :7000.",
      "Without --dir, HTTP is: Hello, World! at /, what was sent at POST /echo, a WebSocket echo at /ws, a clock by server-sent events at /events.",
      "Listeners that systemd's socket activation passes on (LISTEN_FDS) are served instead of the default addresses: one named echo echoes, the others are HTTP.",
      "Ctrl-C or SIGTERM stops it: it stops accepting, gives open connections ten seconds to finish, and exits with 128 plus the signal's number."
    },
    mixinStandardHelpOptions = true,
    versionProvider = dev.weft.cli.version.Version.class)
public final class Serve implements Callable<Integer> {
  private static final Set<String> POLLERS = Set.of("auto", "epoll", "io_uring", "selector");

  @Spec private CommandSpec spec;

  @Option(
      names = "--http",
      paramLabel = "ADDRESS",
      description = "Serve HTTP here, such as :8080, 127.0.0.1:8080 or unix:/run/http.sock.")
  private @Nullable String http;

  @Option(
      names = "--dir",
      paramLabel = "PATH",
      description = "Serve the files of this folder over HTTP, on :8080 unless --http is given.")
  private @Nullable Path dir;

  @Option(
      names = "--echo",
      paramLabel = "ADDRESS",
      description = "Echo here, such as :7000, unix:/run/echo.sock or unix:@abstract.")
  private @Nullable String echo;

  @Option(
      names = "--udp-echo",
      paramLabel = "ADDRESS",
      description = "Echo datagrams here, such as :7000.")
  private @Nullable String udpEcho;

  @Option(
      names = "--procs",
      paramLabel = "N",
      description = "How many goroutines run at once; default: the available processors.")
  private @Nullable Integer procs;

  @Option(
      names = "--poller",
      paramLabel = "NAME",
      description =
          "epoll, io_uring, selector, or auto (the default): epoll where there is native access, else selector.")
  private @Nullable String poller;

  @Option(
      names = "--max-conns",
      paramLabel = "N",
      description =
          "Maximum number of open connections of all services together; default: no limit.")
  private @Nullable Integer maxConns;

  @Mixin private TlsOptions tlsOptions = new TlsOptions();

  @Mixin private DebugOptions debugOptions = new DebugOptions();

  @Override
  public Integer call() throws InterruptedException {
    setUp();
    PrintWriter out = spec.commandLine().getOut();
    List<Served> servers = new ArrayList<>();
    try {
      open(servers);
    } catch (IllegalArgumentException e) {
      new CloseSteps(e).each(servers, Served::close);
      throw wrong(String.valueOf(e.getMessage()));
    } catch (IOException | UncheckedIOException e) {
      spec.commandLine().getErr().println("weft serve: " + Failure.text(e));
      new CloseSteps(e).each(servers, Served::close);
      return 1;
    }
    new Serving(servers, out).run();
    return 0;
  }

  /** The properties are read when the runtime starts, with the first listener. */
  private void setUp() {
    if (maxConns != null && maxConns < 1) {
      throw wrong("--max-conns must be a whole number above 0, not " + maxConns);
    }
    if (procs != null) {
      if (procs < 1) {
        throw wrong("--procs must be a whole number above 0, not " + procs);
      }
      System.setProperty("weft.procs", procs.toString());
    }
    if (poller != null) {
      if (!POLLERS.contains(poller)) {
        throw wrong("--poller must be auto, epoll, io_uring or selector, not " + poller);
      }
      System.setProperty("weft.poller", poller);
    }
  }

  private ParameterException wrong(String what) {
    return new ParameterException(spec.commandLine(), what);
  }

  private void open(List<Served> servers) throws IOException {
    Slots slots = maxConns == null ? null : new Slots(maxConns);
    DebugServer debug = debugOptions.open();
    if (debug != null) {
      servers.add(debug); // first, because it tracks only goroutines and sockets made after it
    }
    TlsConfig tls = tlsOptions.config();
    List<InheritedListener> inheritedListeners = ListenConfig.inherited();
    for (InheritedListener inherited : inheritedListeners) {
      boolean echoes = inherited.name().equals("echo");
      servers.add(
          new ConnService(
              echoes ? "echo" : "http",
              secured(inherited.listener(), tls),
              echoes ? EchoService.server() : httpServer(),
              slots));
    }
    boolean both =
        inheritedListeners.isEmpty()
            && http == null
            && dir == null
            && echo == null
            && udpEcho == null;
    if (both || http != null || (dir != null && inheritedListeners.isEmpty())) {
      String address = http == null ? ":8080" : http;
      servers.add(
          new ConnService("http", secured(ConnService.listen(address), tls), httpServer(), slots));
    }
    if (both || echo != null) {
      String address = echo == null ? ":7000" : echo;
      servers.add(
          new ConnService(
              "echo", secured(ConnService.listen(address), tls), EchoService.server(), slots));
    }
    if (udpEcho != null) {
      servers.add(new UdpEcho(udpEcho));
    }
  }

  private static Listener secured(Listener listener, @Nullable TlsConfig tls) {
    return tls == null ? listener : tls.listener(listener);
  }

  private Server httpServer() throws IOException {
    return dir == null ? HttpService.demonstration() : HttpService.files(dir);
  }
}
