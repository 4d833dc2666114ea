package dev.weft.cli.serve;

import dev.weft.debug.Debug;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a service about its debug endpoints. */
final class DebugOptions {
  static final String ADDRESS = "--debug";
  static final String TOKEN_FILE = "--debug-token-file";

  @Option(
      names = ADDRESS,
      paramLabel = "ADDRESS",
      description =
          "Serve debug endpoints here, such as on 127.0.0.1:6060 or unix:/run/debug.sock: a dashboard"
              + " at /, and what weft top and go tool pprof read. An address that other machines can"
              + " reach needs --debug-token-file.")
  private @Nullable String address;

  @Option(
      names = TOKEN_FILE,
      paramLabel = "FILE",
      description =
          "Serve debug endpoints only to requests with the token in this file, of at least 16"
              + " characters: as Authorization: Bearer TOKEN, or as the query parameter token.")
  private @Nullable Path tokenFile;

  /** Reports whether there are to be debug endpoints. */
  boolean areGiven() {
    return address != null;
  }

  /**
   * Serves debug endpoints; returns null when there are to be none.
   *
   * @throws IllegalArgumentException when the address or the token is wrong, or there is a token
   *     only
   */
  @Nullable DebugServer open() throws IOException {
    if (address == null) {
      if (tokenFile != null) {
        throw new IllegalArgumentException(TOKEN_FILE + " needs " + ADDRESS);
      }
      return null;
    }
    return new DebugServer(
        tokenFile == null ? Debug.serve(address) : Debug.serve(address, tokenFile));
  }
}
