package dev.weft.cli.proxy.tls;

import dev.weft.cli.failure.Failure;
import dev.weft.cli.proxy.settings.OptionException;
import dev.weft.cli.proxy.settings.PemPair;
import dev.weft.cli.tls.EngineOptions;
import dev.weft.cli.tls.ServerEngine;
import dev.weft.net.tls.TlsConfig;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Adds what is in files to a configuration of TLS; a failure names the option. */
final class TlsFiles {
  private TlsFiles() {}

  static void certificate(TlsConfig.Builder builder, String option, PemPair files) {
    reading(option, () -> builder.certificateFiles(files.chain(), files.key()));
  }

  /** Names the engine, and adds what it is given. */
  static void engine(TlsConfig.Builder builder, ServerEngine engine) {
    reading("--tls-provider", () -> engine.choose(builder));
    reading(EngineOptions.OCSP, () -> engine.addOcspResponses(builder));
    reading(EngineOptions.TICKET_KEYS, () -> engine.addTicketKeys(builder));
  }

  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }

  private static void reading(String option, Step step) {
    try {
      step.run();
    } catch (IOException | IllegalArgumentException e) {
      throw wrong(option, e);
    }
  }

  static void trust(TlsConfig.Builder builder, String option, @Nullable Path file) {
    if (file != null) {
      reading(option, () -> builder.trustFile(file));
    }
  }

  private static OptionException wrong(String option, Exception e) {
    return new OptionException(option, Failure.text(e));
  }
}
