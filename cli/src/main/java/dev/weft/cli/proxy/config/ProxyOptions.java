package dev.weft.cli.proxy.config;

import dev.weft.cli.proxy.settings.Admission;
import dev.weft.cli.proxy.settings.Backend;
import dev.weft.cli.proxy.settings.Balance;
import dev.weft.cli.proxy.settings.ClientTls;
import dev.weft.cli.proxy.settings.Health;
import dev.weft.cli.proxy.settings.SendProxy;
import dev.weft.cli.proxy.settings.Settings;
import dev.weft.cli.proxy.settings.TargetTls;
import dev.weft.cli.proxy.settings.Timeouts;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The options of a TCP proxy, on the command line and, by the same names, in a configuration file.
 */
public final class ProxyOptions {
  @Option(
      names = "--balance",
      paramLabel = "HOW",
      converter = BalanceConverter.class,
      description =
          "Choose targets by least-connections (the default), round-robin, or client: the same"
              + " target for the same address.")
  private @Nullable Balance balance;

  @Option(
      names = "--check",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description =
          "Interval of health checks, which connect to each target, such as 2s. A target that fails gets no"
              + " connections until it connects again. Default: only failures of connections show that a"
              + " target is down.")
  private @Nullable Duration check;

  @Option(
      names = "--slow-start",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description =
          "A target that connects again gets a tenth of its share at first, and all of it after"
              + " this time.")
  private @Nullable Duration slowStart;

  @Option(
      names = "--connect-timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description =
          "Time for a target to connect, and again for its TLS handshake, before the next is tried."
              + " Default: 5s.")
  private @Nullable Duration connectTimeout;

  @Option(
      names = "--idle-timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "Reset connections without a byte for this long. Default: none.")
  private @Nullable Duration idleTimeout;

  @Option(
      names = "--total-timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "Reset connections that have been open for this long. Default: none.")
  private @Nullable Duration totalTimeout;

  @Option(
      names = "--max-conns",
      paramLabel = "N",
      description = "Maximum number of open connections; others wait. Default: no limit.")
  private @Nullable Integer maxConns;

  @Option(
      names = "--max-per-client",
      paramLabel = "N",
      description = "Maximum number of open connections of one address; others are reset.")
  private @Nullable Integer maxPerClient;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description =
          "Maximum number of connections accepted a second, and so of TLS handshakes; others wait.")
  private @Nullable Integer rate;

  @Option(
      names = "--accept-proxy",
      description =
          "Require a PROXY protocol header, version 1 or 2, from each client, and trust it."
              + " Only for clients that are proxies themselves: any client can send one.")
  private boolean acceptProxy;

  @Option(
      names = "--send-proxy",
      description = "Tell targets the client's address by the PROXY protocol, version 1.")
  private boolean sendProxy;

  @Option(
      names = "--send-proxy-v2",
      description = "Tell targets the client's address by the PROXY protocol, version 2.")
  private boolean sendProxyV2;

  @Mixin private TlsOptions tls = new TlsOptions();

  /**
   * The settings of a proxy with these options.
   *
   * @throws IllegalArgumentException when an option or an address has a value that it cannot have
   */
  public Settings settings(List<String> listen, List<String> targets) {
    List<Backend> backends = targets.stream().map(Backend::parse).toList();
    Duration connect = connectTimeout == null ? Timeouts.DEFAULT.connect() : connectTimeout;
    return new Settings(
        listen,
        backends,
        balance == null ? Balance.LEAST_CONNECTIONS : balance,
        new Timeouts(connect, idleTimeout, totalTimeout),
        new Health(check, slowStart == null ? Duration.ZERO : slowStart),
        new Admission(maxConns(), number("--max-per-client", maxPerClient), number("--rate", rate)),
        acceptProxy,
        sendProxyVersion(),
        tls.clients(),
        tls.targets(backends, connect));
  }

  /** How to speak TLS with clients; null when it is not spoken. */
  public @Nullable ClientTls clientTls() {
    return tls.clients();
  }

  /** How to speak TLS with targets that are named elsewhere; null when it is not spoken. */
  public @Nullable TargetTls targetTls() {
    return tls.targets(List.of(), Timeouts.DEFAULT.connect());
  }

  private SendProxy sendProxyVersion() {
    if (sendProxy && sendProxyV2) {
      throw new IllegalArgumentException("--send-proxy and --send-proxy-v2 do not go together");
    }
    return sendProxy ? SendProxy.V1 : sendProxyV2 ? SendProxy.V2 : SendProxy.NONE;
  }

  /** How many connections may be open; 0 for any number. */
  public int maxConns() {
    return number("--max-conns", maxConns);
  }

  private static int number(String option, @Nullable Integer value) {
    if (value != null && value < 1) {
      throw new IllegalArgumentException(option + " must be a whole number above 0, not " + value);
    }
    return value == null ? 0 : value;
  }
}
