package dev.weft.cli.proxy.config;

import dev.weft.cli.proxy.settings.Backend;
import dev.weft.cli.proxy.settings.ClientTls;
import dev.weft.cli.proxy.settings.OptionException;
import dev.weft.cli.proxy.settings.PemPair;
import dev.weft.cli.proxy.settings.TargetTls;
import dev.weft.cli.tls.EngineOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of a proxy about TLS. */
final class TlsOptions {
  private static final String CERT = "--tls-cert";
  private static final String KEY = "--tls-key";
  private static final String CLIENT_CA = "--tls-client-ca";
  private static final String STRICT_SNI = "--tls-strict-sni";
  private static final String ALPN = "--tls-alpn";
  private static final String TIMEOUT = "--tls-handshake-timeout";
  private static final String MAX_HANDSHAKES = "--tls-max-handshakes";
  private static final String TO_TARGETS = "--tls-to-targets";
  private static final String TARGET_CA = "--tls-target-ca";
  private static final String TARGET_NAME = "--tls-target-name";
  private static final String TARGET_ANY_NAME = "--tls-target-any-name";
  private static final String TARGET_CERT = "--tls-target-cert";
  private static final String TARGET_KEY = "--tls-target-key";
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

  @Option(
      names = CERT,
      paramLabel = "FILE",
      description =
          "Speak TLS with clients, with this certificate and its chain (PEM); needs --tls-key. The"
              + " files are read again when they change. Several certificates, by repeated options,"
              + " are chosen by the name that the client asks for; the first is the default.")
  private List<Path> certificates = List.of();

  @Option(
      names = KEY,
      paramLabel = "FILE",
      description =
          "The certificate's private key (PEM: PKCS#8, PKCS#1 or EC; not encrypted); one for each"
              + " --tls-cert, in the same order.")
  private List<Path> keys = List.of();

  @Option(
      names = CLIENT_CA,
      paramLabel = "FILE",
      description =
          "Require each client to show a certificate issued by an authority in this file.")
  private @Nullable Path clientAuthority;

  @Option(
      names = STRICT_SNI,
      description = "Refuse names that no certificate has, instead of showing the first one.")
  private boolean strictNames;

  @Option(
      names = ALPN,
      paramLabel = "NAMES",
      split = ",",
      description =
          "Protocols to agree on by ALPN, the best first, such as h2,http/1.1. A target is offered"
              + " what was agreed on with the client, or all of them when clients speak no TLS.")
  private List<String> protocols = List.of();

  @Option(
      names = TIMEOUT,
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "For the handshake with a client. Default: 10s.")
  private @Nullable Duration handshakeTimeout;

  @Option(
      names = MAX_HANDSHAKES,
      paramLabel = "N",
      description =
          "How many handshakes with clients may use the CPU at once; others wait, for the time of"
              + " a handshake at most. Default: any number.")
  private int maxHandshakes;

  @Option(
      names = TO_TARGETS,
      description = "Speak TLS with targets, whose certificates are verified.")
  private boolean toTargets;

  @Option(
      names = TARGET_CA,
      paramLabel = "FILE",
      description =
          "Trust the authorities in this file (PEM) for targets instead of those that Java trusts.")
  private @Nullable Path targetAuthority;

  @Option(
      names = TARGET_NAME,
      paramLabel = "NAME",
      description =
          "The name that targets are asked for and their certificates must have. Default: the host"
              + " of each address.")
  private @Nullable String targetName;

  @Option(
      names = TARGET_ANY_NAME,
      description = "Accept a trusted certificate of a target for whatever name it is.")
  private boolean targetAnyName;

  @Option(
      names = TARGET_CERT,
      paramLabel = "FILE",
      description = "The certificate to show to targets that ask for one; needs --tls-target-key.")
  private @Nullable Path targetCertificate;

  @Option(names = TARGET_KEY, paramLabel = "FILE", description = "Its private key.")
  private @Nullable Path targetKey;

  @Mixin private EngineOptions engine = new EngineOptions();

  /** How to speak TLS with clients; null when it is not spoken. */
  @Nullable ClientTls clients() {
    if (maxHandshakes < 0) {
      throw new OptionException(MAX_HANDSHAKES, "must not be negative");
    }
    if (certificates.size() != keys.size()) {
      throw new OptionException(
          certificates.size() > keys.size() ? CERT : KEY,
          certificates.size() + " certificates, but " + keys.size() + " keys in " + KEY);
    }
    if (certificates.isEmpty()) {
      requireUnset(CLIENT_CA, clientAuthority != null, CERT);
      requireUnset(STRICT_SNI, strictNames, CERT);
      requireUnset(TIMEOUT, handshakeTimeout != null, CERT);
      requireUnset(MAX_HANDSHAKES, maxHandshakes != 0, CERT);
      requireUnset(
          EngineOptions.TICKET_KEYS, EngineOptions.TICKET_KEYS.equals(engine.ofServers()), CERT);
      requireUnset(EngineOptions.OCSP, EngineOptions.OCSP.equals(engine.ofServers()), CERT);
      requireUnset(ALPN, !protocols.isEmpty() && !toTargets, CERT + " or " + TO_TARGETS);
      return null;
    }
    List<PemPair> pairs = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      pairs.add(new PemPair(certificates.get(i), keys.get(i)));
    }
    return new ClientTls(
        pairs,
        clientAuthority,
        strictNames,
        protocols,
        handshakeTimeout == null ? DEFAULT_TIMEOUT : handshakeTimeout,
        maxHandshakes,
        engine.server());
  }

  /**
   * How to speak TLS with targets; null when it is not spoken.
   *
   * @param connectTimeout holds for the handshake, too
   */
  @Nullable TargetTls targets(List<Backend> targets, Duration connectTimeout) {
    if (!toTargets) {
      requireUnset(TARGET_CA, targetAuthority != null, TO_TARGETS);
      requireUnset(TARGET_NAME, targetName != null, TO_TARGETS);
      requireUnset(TARGET_ANY_NAME, targetAnyName, TO_TARGETS);
      requireUnset(TARGET_CERT, targetCertificate != null, TO_TARGETS);
      requireUnset(TARGET_KEY, targetKey != null, TO_TARGETS);
      return null;
    }
    for (Backend target : targets) {
      if (target.network().equals("unix") && targetName == null) {
        throw new OptionException(
            TO_TARGETS, "target \"" + target + "\" has no host to verify: needs " + TARGET_NAME);
      }
    }
    return new TargetTls(
        targetAuthority,
        targetName,
        targetAnyName,
        targetPair(),
        protocols,
        connectTimeout,
        engine.provider());
  }

  private @Nullable PemPair targetPair() {
    if (targetCertificate == null) {
      requireUnset(TARGET_KEY, targetKey != null, TARGET_CERT);
      return null;
    }
    if (targetKey == null) {
      throw new OptionException(TARGET_CERT, "needs " + TARGET_KEY);
    }
    return new PemPair(targetCertificate, targetKey);
  }

  private static void requireUnset(String option, boolean isSet, String needed) {
    if (isSet) {
      throw new OptionException(option, "needs " + needed);
    }
  }
}
