package dev.weft.cli.serve;

import dev.weft.cli.proxy.AccessLog;
import dev.weft.cli.proxy.ListenerSource;
import dev.weft.cli.proxy.ProxyOptions;
import dev.weft.cli.proxy.Settings;
import dev.weft.cli.proxy.TcpProxy;
import dev.weft.http.proxy.ReverseProxy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
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
      "       weft proxy [OPTIONS] --http LISTEN TARGET..."
    },
    description = {
      "Pass TCP connections on to other servers, or HTTP requests with --http.",
      "A target that does not connect is passed over, for a second at first and for half a minute at last; the connection goes to another one.",
      "Ctrl-C or SIGTERM stops it, as weft serve: open connections have ten seconds to finish."
    },
    mixinStandardHelpOptions = true,
    versionProvider = dev.weft.cli.Version.class)
public final class Proxy implements Callable<Integer> {
  private static final Set<String> WITH_HTTP =
      Set.of("--http", "--extend-forwarded", "--max-conns");

  @Spec private CommandSpec spec;

  @Option(
      names = "--http",
      paramLabel = "LISTEN",
      description =
          "Pass on HTTP requests, which take turns, and take them here, such as :8080, 127.0.0.1:8080 or unix:/run/http.sock.")
  private @Nullable String http;

  @Option(
      names = "--extend-forwarded",
      description =
          "With --http, keep the X-Forwarded-* fields of requests: for a proxy behind another one that sets them.")
  private boolean extendForwarded;

  @Mixin private ProxyOptions options;

  @Option(
      names = "--access-log",
      paramLabel = "FILE",
      description = "Append a line for each connection that has ended.")
  private @Nullable Path accessLog;

  @Parameters(
      paramLabel = "ADDRESS",
      arity = "1..*",
      description =
          "Without --http, first where to listen, and then servers behind, such as 127.0.0.1:8081 or unix:/run/a.sock; with --http, servers behind: an address or a URI of http.")
  private List<String> addresses;

  @Override
  public Integer call() throws InterruptedException {
    try {
      if (http == null) {
        forward();
      } else {
        proxyHttp(http);
      }
      return 0;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      spec.commandLine().getErr().println("weft proxy: " + e.getMessage());
      return 1;
    }
  }

  private void forward() throws IOException, InterruptedException {
    if (extendForwarded) {
      throw new IllegalArgumentException("--extend-forwarded needs --http");
    }
    if (addresses.size() < 2) {
      throw new IllegalArgumentException(
          "missing TARGET: give LISTEN and a TARGET, or --http LISTEN and a TARGET");
    }
    Settings settings =
        options.settings(
            List.of(addresses.getFirst()), addresses.subList(1, addresses.size()));
    AccessLog log = accessLog == null ? null : new AccessLog(accessLog);
    run(new Proxying(new TcpProxy(settings, ListenerSource::open, log)));
  }

  private void proxyHttp(String listen) throws IOException, InterruptedException {
    refuseWithHttp();
    int maxConns = options.maxConns();
    Semaphore slots = maxConns == 0 ? null : new Semaphore(maxConns);
    try (ReverseProxy proxy = reverseProxy()) {
      run(new Server("http", listen, HttpService.proxy(proxy), slots));
    }
  }

  /** Refuses the options that are about connections, of which HTTP has others. */
  private void refuseWithHttp() {
    for (OptionSpec each : spec.commandLine().getParseResult().matchedOptionsSet()) {
      if (!WITH_HTTP.contains(each.longestName())) {
        throw new IllegalArgumentException(each.longestName() + " does not go with --http");
      }
    }
  }

  private void run(Served served) throws InterruptedException {
    new Serving(List.of(served), spec.commandLine().getOut()).run();
  }

  private ReverseProxy reverseProxy() {
    String[] uris =
        addresses.stream()
            .map(target -> target.contains("://") ? target : "http://" + target)
            .toArray(String[]::new);
    ReverseProxy.Builder builder = ReverseProxy.builder(uris);
    return (extendForwarded ? builder.extendForwarded() : builder).build();
  }
}
