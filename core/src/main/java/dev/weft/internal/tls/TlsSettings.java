package dev.weft.internal.tls;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * What the engines of a configuration have in common.
 *
 * @param keys chooses among the certificates; its aliases always mean the same certificate
 * @param hasCertificate whether there is one, so that there can be servers
 * @param trust judges certificates
 * @param cipherSuites best first, in the JDK's words; empty for the engine's own choice
 * @param applicationProtocols best first; empty for none
 * @param clientAuth whether servers ask for certificates
 * @param verifiesHostname whether clients verify the name in certificates
 * @param knownNames which names a server accepts; {@code null} for all
 * @param ticketKeys the keys of tickets at present: the first encrypts, all decrypt; another list
 *     only when they have changed; {@code null} for keys that the engine generates
 * @param ocspResponses the response to staple to a server's certificate, if there is one; {@code
 *     null} when there is none for any
 */
public record TlsSettings(
    X509ExtendedKeyManager keys,
    boolean hasCertificate,
    List<TrustManager> trust,
    List<String> protocols,
    List<String> cipherSuites,
    List<String> applicationProtocols,
    ClientCertificate clientAuth,
    boolean verifiesHostname,
    @Nullable Predicate<String> knownNames,
    @Nullable Supplier<List<TicketKey>> ticketKeys,
    @Nullable Function<X509Certificate, byte @Nullable []> ocspResponses) {
  /** Whether a server asks for a certificate. */
  public enum ClientCertificate {
    NONE,
    WANTED,
    REQUIRED
  }
}
