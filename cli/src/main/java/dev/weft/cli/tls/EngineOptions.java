package dev.weft.cli.tls;

import dev.weft.net.tls.TlsProvider;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that choose the TLS engine, and those that only BoringSSL has. */
public final class EngineOptions {
  /** The option for the file of ticket keys. */
  public static final String TICKET_KEYS = "--tls-ticket-keys";

  /** The option for files of OCSP responses. */
  public static final String OCSP = "--tls-ocsp";

  @Option(
      names = "--tls-provider",
      paramLabel = "NAME",
      converter = ProviderConverter.class,
      description =
          "jdk or boringssl. Default: jdk, but boringssl with "
              + TICKET_KEYS
              + " and "
              + OCSP
              + ".")
  private @Nullable TlsProvider provider;

  @Option(
      names = TICKET_KEYS,
      paramLabel = "FILE",
      description =
          "Encrypt session tickets with the keys in this file (weft tls-keys new FILE), which other"
              + " processes may share: each resumes the sessions of the others. The file is read"
              + " again when it changes.")
  private @Nullable Path ticketKeys;

  @Option(
      names = OCSP,
      paramLabel = "FILE",
      description =
          "Staple the OCSP response in this file (DER) to the certificate that it is for, until its"
              + " time is over. The file is read again when it changes. May be repeated.")
  private List<Path> ocspResponses = List.of();

  /** The engine to use, also for other sides than servers; null for the default. */
  public @Nullable TlsProvider provider() {
    return provider;
  }

  /** The engine of a server. */
  public ServerEngine server() {
    return new ServerEngine(provider, ticketKeys, ocspResponses);
  }

  /** The option that is given although it is for servers; null if there is none. */
  public @Nullable String ofServers() {
    return ticketKeys != null ? TICKET_KEYS : ocspResponses.isEmpty() ? null : OCSP;
  }
}
