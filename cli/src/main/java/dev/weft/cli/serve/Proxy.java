package dev.weft.cli.serve;

import dev.weft.cli.failure.Failure;
import dev.weft.cli.proxy.ProxyProcess;
import dev.weft.cli.proxy.Reloading;
import dev.weft.cli.proxy.config.ConfigException;
import dev.weft.cli.proxy.config.ProxyOptions;
import dev.weft.cli.proxy.report.AccessLog;
import dev.weft.cli.proxy.settings.ClientTls;
import dev.weft.cli.proxy.settings.Settings;
import dev.weft.cli.proxy.settings.TargetTls;
import dev.weft.cli.proxy.tls.ClientSide;
import dev.weft.cli.proxy.tls.TargetSide;
import dev.weft.http.client.HttpClient;
import dev.weft.http.client.ProxyRules;
import dev.weft.http.proxy.ReverseProxy;
import dev.weft.net.Listener;
import dev.weft.net.tls.TlsConfig;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Passes connections, or with {@code --http} HTTP requests, on to other servers. */
@Command(
    name = "proxy",
    customSynopsis = {
      "weft proxy [OPTIONS] LISTEN TARGET...",
      "       weft proxy [OPTIONS] --config FILE",
      "       weft proxy [OPTIONS] --http LISTEN TARGET..."
    },
    description = {
      "Forward TCP connections to other servers, or HTTP requests with --http.",
      "A target that does not connect is skipped, for one second at first and for at most half a minute"
          + "; the connection goes to another target.",
      "Ctrl-C or SIGTERM stops it, as weft serve: open connections have ten seconds to finish."
          + " SIGUSR2 starts it again without refusing a connection."
    },
    mixinStandardHelpOptions = true,
    versionProvider = dev.weft.cli.version.Version.class)
public final class Proxy implements Callable<Integer> {
  private static final Set<String> WITH_HTTP =
      Set.of(
          "--http",
          "--extend-forwarded",
          "--max-conns",
          DebugOptions.ADDRESS,
          DebugOptions.TOKEN_FILE,
          "--tls-cert",
          "--tls-key",
          "--tls-client-ca",
          "--tls-strict-sni",
          "--tls-handshake-timeout",
          "--tls-max-handshakes",
          "--tls-provider",
          "--tls-ticket-keys",
          "--tls-ocsp",
          "--tls-to-targets",
          "--tls-target-ca",
          "--tls-target-any-name",
          "--tls-target-cert",
          "--tls-target-key");

  /** About the process; a configuration file has the others. */
  private static final Set<String> OF_PROCESS =
      Set.of(
          "--config",
          "--access-log",
          "--stats",
          "--takeover",
          "--live",
          DebugOptions.ADDRESS,
          DebugOptions.TOKEN_FILE);

  @Spec private CommandSpec spec;

  @Option(
      names = "--http",
      paramLabel = "LISTEN",
      description =
          "Forward HTTP requests, in turn, to the targets, and accept them here, such as :8080,"
              + " 127.0.0.1:8080 or unix:/run/http.sock.")
  private @Nullable String http;

  @Option(
      names = "--extend-forwarded",
      description =
          "With --http, keep the X-Forwarded-* fields of requests: for a proxy behind another one"
              + " that sets them.")
  private boolean extendForwarded;

  @Mixin private ProxyOptions options;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "Read LISTEN, TARGETs and options from this TOML file, and again when it changes and on"
              + " SIGHUP.")
  private @Nullable Path config;

  @Option(
      names = "--access-log",
      paramLabel = "FILE",
      description =
          "Append a line for each connection that has ended. SIGHUP reopens the file. \"-\" is the"
              + " standard output.")
  private @Nullable Path accessLog;

  @Option(
      names = "--stats",
      paramLabel = "ADDRESS",
      description = "Serve statistics here over HTTP as JSON, such as on 127.0.0.1:9100.")
  private @Nullable String stats;

  @Option(
      names = "--takeover",
      paramLabel = "SOCKET",
      description =
          "Take over the listeners of the proxy that has this Unix socket, which then ends with its"
              + " last connection; and listen there for the next one.")
  private @Nullable String takeover;

  @Option(
      names = "--live",
      negatable = true,
      description =
          "Show one line of figures, updated each second. Default: when the output is a"
              + " terminal, without --access-log -.")
  private @Nullable Boolean live;

  @Mixin private DebugOptions debug = new DebugOptions();

  @Parameters(
      paramLabel = "ADDRESS",
      arity = "0..*",
      description =
          "Without --http, first where to listen, and then servers behind, such as 127.0.0.1:8081,"
              + " unix:/run/a.sock, or 127.0.0.1:8081,weight=2; with --http, servers behind: an"
              + " address or a URI of http or https.")
  private List<String> addresses = List.of();

  @Override
  public Integer call() throws InterruptedException {
    List<Served> served = new ArrayList<>();
    // First: it knows what is made from then on.
    try (DebugServer shown = debug.open()) {
      if (shown != null) {
        served.add(shown);
      }
      if (http == null) {
        forward(served);
      } else {
        proxyHttp(http, served);
      }
      return 0;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      spec.commandLine().getErr().println("weft proxy: " + Failure.text(e));
      return 1;
    }
  }

  private void forward(List<Served> served) throws IOException, InterruptedException {
    if (extendForwarded) {
      throw new IllegalArgumentException("--extend-forwarded needs --http");
    }
    if (debug.areGiven() && takeover != null) {
      throw new IllegalArgumentException(
          "--debug cannot be combined with --takeover: the next process could not listen there");
    }
    boolean logsToOutput = AccessLog.STANDARD_OUTPUT.equals(accessLog);
    if (logsToOutput && Boolean.TRUE.equals(live)) {
      throw new IllegalArgumentException(
          "--live cannot be combined with --access-log -: both write to the standard output");
    }
    PrintWriter out = spec.commandLine().getOut();
    boolean isLive = !logsToOutput && isLive();
    var plan = new ProxyProcess.Plan(config, accessLog, stats, takeover, isLive ? out : null);
    Settings settings = config == null ? settings() : read(config);
    CountDownLatch handedOver = new CountDownLatch(1);
    ProxyProcess process = new ProxyProcess(settings, plan, handedOver::countDown);
    served.add(new Proxying(process));
    new Serving(served, out, handedOver).run();
  }

  @SuppressWarnings(
      "SystemConsoleNull") // it is null again since JDK 25, where there is no terminal
  private boolean isLive() {
    Console console = System.console();
    return live == null ? console != null && console.isTerminal() : live;
  }

  private Settings settings() {
    if (addresses.size() < 2) {
      throw new IllegalArgumentException(
          "missing TARGET: give LISTEN and a TARGET, or --http LISTEN and a TARGET, or --config"
              + " FILE");
    }
    return options.settings(List.of(addresses.getFirst()), addresses.subList(1, addresses.size()));
  }

  private Settings read(Path file) {
    refuseAllBut(OF_PROCESS, "--config: put it into the file");
    if (!addresses.isEmpty()) {
      throw new IllegalArgumentException(
          "ADDRESS cannot be combined with --config: put it into the file");
    }
    try {
      return Reloading.read(file);
    } catch (ConfigException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private void proxyHttp(String listen, List<Served> served)
      throws IOException, InterruptedException {
    refuseAllBut(WITH_HTTP, "--http"); // it has other connections and time-outs
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("missing TARGET: give --http LISTEN and a TARGET");
    }
    int maxConns = options.maxConns();
    Slots slots = maxConns == 0 ? null : new Slots(maxConns);
    try (ReverseProxy proxy = reverseProxy()) {
      ClientTls tls = options.clientTls();
      TlsConfig config =
          tls == null ? null : new ClientSide(tls.withProtocols("http/1.1")).config();
      Listener listener = ConnService.listen(listen);
      served.add(
          new ConnService(
              "http",
              config == null ? listener : config.listener(listener),
              HttpService.proxy(proxy),
              slots));
      new Serving(served, spec.commandLine().getOut()).run();
    }
  }

  private void refuseAllBut(Set<String> allowed, String with) {
    for (OptionSpec each : spec.commandLine().getParseResult().matchedOptionsSet()) {
      if (!allowed.contains(each.longestName())) {
        throw new IllegalArgumentException(each.longestName() + " cannot be combined with " + with);
      }
    }
  }

  private ReverseProxy reverseProxy() {
    TargetTls tls = options.targetTls();
    String scheme = tls == null ? "http://" : "https://";
    String[] uris =
        addresses.stream()
            .map(target -> target.contains("://") ? target : scheme + target)
            .toArray(String[]::new);
    ReverseProxy.Builder builder = ReverseProxy.builder(uris);
    if (tls != null) {
      builder.client(
          HttpClient.builder()
              .proxies(ProxyRules.none())
              .tls(new TargetSide(tls).offering(List.of("http/1.1"))));
    }
    return (extendForwarded ? builder.extendForwarded() : builder).build();
  }
}
