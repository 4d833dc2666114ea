package dev.weft.cli.proxy;

import dev.weft.net.tls.TlsConfig;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Certificates that are signed by themselves, so that each is its own authority; valid until 2126.
 */
public final class Certificates {
  /** For localhost and 127.0.0.1. */
  public static final Path LOCALHOST = pem("localhost");

  public static final Path LOCALHOST_KEY = pem("localhost-key");

  /** For other.test and *.other.test. */
  public static final Path OTHER = pem("other");

  public static final Path OTHER_KEY = pem("other-key");

  /** Options of a proxy that terminates TLS for localhost; {@link #TERMINATES} without the time. */
  public static final String WITH_CERTIFICATE =
      "--tls-cert " + LOCALHOST + " --tls-key " + LOCALHOST_KEY;

  /** Has time enough for handshakes on a machine that is busy. */
  public static final String TERMINATES = WITH_CERTIFICATE + " --tls-handshake-timeout 1m";

  /** Options of a proxy that speaks TLS to targets at 127.0.0.1. */
  public static final String TO_TARGETS = "--tls-to-targets --tls-target-ca " + LOCALHOST;

  /** Has time enough, too. */
  public static final String ORIGINATES = TO_TARGETS + " --connect-timeout 1m";

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private Certificates() {}

  private static Path pem(String name) {
    try {
      return Path.of(Certificates.class.getResource("/dev/weft/cli/tls/" + name + ".pem").toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** A server with the certificate for localhost. */
  public static TlsConfig.Builder server() throws IOException {
    return TlsConfig.builder()
        .certificateFiles(LOCALHOST, LOCALHOST_KEY)
        .handshakeTimeout(PATIENCE);
  }

  /** A client that trusts this certificate. */
  public static TlsConfig.Builder client(Path authority) throws IOException {
    return TlsConfig.builder().trustFile(authority).handshakeTimeout(PATIENCE);
  }
}
