package dev.weft.bench.model;

import dev.weft.debug.Debug;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The debug endpoints of a server in a process of its own.
 *
 * @param tokenFile has the token that requests need; null when they need none
 */
public record DebugEndpoints(String address, @Nullable Path tokenFile) {
  private static final String ADDRESS = "weft.bench.debug";
  private static final String TOKEN_FILE = "weft.bench.debugTokenFile";

  /** Serves them in this process. */
  public Debug serve() throws IOException {
    return tokenFile == null ? Debug.serve(address) : Debug.serve(address, tokenFile);
  }

  /** Returns options with which another JVM has them in {@link #ofThisProcess}. */
  public List<String> jvmOptions() {
    List<String> options = new ArrayList<>();
    options.add("-D" + ADDRESS + "=" + address);
    if (tokenFile != null) {
      options.add("-D" + TOKEN_FILE + "=" + tokenFile.toAbsolutePath());
    }
    return options;
  }

  /** Returns those that this process is to have; null for none. */
  static @Nullable DebugEndpoints ofThisProcess() {
    String address = System.getProperty(ADDRESS);
    String tokenFile = System.getProperty(TOKEN_FILE);
    return address == null
        ? null
        : new DebugEndpoints(address, tokenFile == null ? null : Path.of(tokenFile));
  }
}
