package dev.weft.cli.serve;

import dev.weft.cli.proxy.Balance;
import dev.weft.cli.proxy.Forwarder;
import dev.weft.http.proxy.ReverseProxy;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

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

  @Option(
      names = "--balance",
      paramLabel = "HOW",
      converter = BalanceConverter.class,
      description =
          "Choose targets by least-connections (the default), round-robin, or client: the same target for the same address.")
  private @Nullable Balance balance;

  @Option(
      names = "--send-proxy",
      description = "Tell targets the client's address by the PROXY protocol, version 1.")
  private boolean sendProxy;

  @Option(
      names = "--max-conns",
      paramLabel = "N",
      description = "Maximum number of open connections; others wait. Default: no limit.")
  private @Nullable Integer maxConns;

  @Parameters(
      paramLabel = "ADDRESS",
      arity = "1..*",
      description =
          "Without --http, first where to listen, and then servers behind, such as 127.0.0.1:8081 or unix:/run/a.sock; with --http, servers behind: an address or a URI of http.")
  private List<String> addresses;

  @Override
  public Integer call() throws InterruptedException {
    try {
      Semaphore slots = slots();
      if (http == null) {
        forward(slots);
      } else {
        proxyHttp(http, slots);
      }
      return 0;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      spec.commandLine().getErr().println("weft proxy: " + e.getMessage());
      return 1;
    }
  }

  private @Nullable Semaphore slots() {
    if (maxConns != null && maxConns < 1) {
      throw new IllegalArgumentException(
          "--max-conns takes a whole number above 0, not " + maxConns);
    }
    return maxConns == null ? null : new Semaphore(maxConns);
  }

  private void forward(@Nullable Semaphore slots) throws IOException, InterruptedException {
    if (extendForwarded) {
      throw new IllegalArgumentException("--extend-forwarded needs --http");
    }
    if (addresses.size() < 2) {
      throw new IllegalArgumentException(
          "missing TARGET: give LISTEN and a TARGET, or --http LISTEN and a TARGET");
    }
    Forwarder forwarder =
        new Forwarder(
            addresses.subList(1, addresses.size()),
            balance == null ? Balance.LEAST_CONNECTIONS : balance,
            sendProxy);
    run(new Server("proxy", addresses.getFirst(), new ForwardService(forwarder), slots));
  }

  private void proxyHttp(String listen, @Nullable Semaphore slots)
      throws IOException, InterruptedException {
    if (balance != null || sendProxy) {
      throw new IllegalArgumentException("--balance and --send-proxy do not go with --http");
    }
    try (ReverseProxy proxy = reverseProxy()) {
      run(new Server("http", listen, HttpService.proxy(proxy), slots));
    }
  }

  private void run(Server server) throws InterruptedException {
    new Serving(List.of(server), spec.commandLine().getOut()).run();
  }

  private ReverseProxy reverseProxy() {
    String[] uris =
        addresses.stream()
            .map(target -> target.contains("://") ? target : "http://" + target)
            .toArray(String[]::new);
    ReverseProxy.Builder builder = ReverseProxy.builder(uris);
    return (extendForwarded ? builder.extendForwarded() : builder).build();
  }

  /** Names with hyphens, as options have them. */
  private static final class BalanceConverter implements ITypeConverter<Balance> {
    @Override
    public Balance convert(String value) {
      for (Balance each : Balance.values()) {
        if (each.name().replace('_', '-').toLowerCase(Locale.ROOT).equals(value)) {
          return each;
        }
      }
      throw new TypeConversionException(
          "takes least-connections, round-robin or client, not " + value);
    }
  }
}
