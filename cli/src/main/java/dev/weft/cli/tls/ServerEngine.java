package dev.weft.cli.tls;

import dev.weft.net.tls.TlsConfig;
import dev.weft.net.tls.TlsProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The engine of a server.
 *
 * @param provider null for the default
 * @param ticketKeys the file of the keys; null for keys that the engine generates
 * @param ocspResponses the files of responses for its certificates
 */
public record ServerEngine(
    @Nullable TlsProvider provider, @Nullable Path ticketKeys, List<Path> ocspResponses) {
  /** The default engine, with keys of its own. */
  public static final ServerEngine DEFAULT = new ServerEngine(null, null, List.of());

  /** Copies the list. */
  public ServerEngine {
    ocspResponses = List.copyOf(ocspResponses);
  }

  /** Names the engine: BoringSSL, unless another is asked for, when only that can do what is. */
  public void choose(TlsConfig.Builder builder) {
    if (provider != null) {
      builder.provider(provider);
    } else if (ticketKeys != null || !ocspResponses.isEmpty()) {
      builder.provider(TlsProvider.BORINGSSL);
    }
  }

  /** Adds the keys of tickets. */
  public void addTicketKeys(TlsConfig.Builder builder) throws IOException {
    if (ticketKeys != null) {
      builder.ticketKeyFile(ticketKeys);
    }
  }

  /** Adds the OCSP responses. */
  public void addOcspResponses(TlsConfig.Builder builder) throws IOException {
    for (Path file : ocspResponses) {
      builder.ocspResponseFile(file);
    }
  }
}
