package dev.weft.cli.proxy;

import dev.weft.net.tls.TlsConfig;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Adds what is in files to a configuration of TLS; a failure names the option. */
final class TlsFiles {
  private TlsFiles() {}

  static void certificate(TlsConfig.Builder builder, String option, PemPair files) {
    try {
      builder.certificateFiles(files.chain(), files.key());
    } catch (IOException | IllegalArgumentException e) {
      throw wrong(option, e);
    }
  }

  static void trust(TlsConfig.Builder builder, String option, @Nullable Path file) {
    if (file != null) {
      try {
        builder.trustFile(file);
      } catch (IOException | IllegalArgumentException e) {
        throw wrong(option, e);
      }
    }
  }

  private static OptionException wrong(String option, Exception e) {
    String what = String.valueOf(e.getMessage());
    return new OptionException(
        option, e instanceof NoSuchFileException ? what + ": no such file" : what);
  }
}
