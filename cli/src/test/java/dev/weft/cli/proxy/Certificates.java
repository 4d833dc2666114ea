package dev.weft.cli.proxy;

import dev.weft.net.tls.TlsConfig;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;

/**
 * Certificates that are signed by themselves, so that each is its own authority; valid until 2126.
 */
final class Certificates {
  /** For localhost and 127.0.0.1. */
  static final Path LOCALHOST = pem("localhost");

  static final Path LOCALHOST_KEY = pem("localhost-key");

  /** For other.test and *.other.test. */
  static final Path OTHER = pem("other");

  static final Path OTHER_KEY = pem("other-key");

  /** Options of a proxy that terminates TLS for localhost. */
  static final String TERMINATES = "--tls-cert " + LOCALHOST + " --tls-key " + LOCALHOST_KEY;

  /** Options of a proxy that speaks TLS to targets at 127.0.0.1. */
  static final String ORIGINATES = "--tls-to-targets --tls-target-ca " + LOCALHOST;

  private Certificates() {}

  private static Path pem(String name) {
    try {
      return Path.of(Certificates.class.getResource("/dev/weft/cli/tls/" + name + ".pem").toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** A server with the certificate for localhost. */
  static TlsConfig.Builder server() throws IOException {
    return TlsConfig.builder().certificateFiles(LOCALHOST, LOCALHOST_KEY);
  }

  /** A client that trusts this certificate. */
  static TlsConfig.Builder client(Path authority) throws IOException {
    return TlsConfig.builder().trustFile(authority);
  }
}
