package dev.weft.net.tls;

import java.util.Map;

/**
 * Handshakes of one {@link TlsConfig}. Counts are read one after the other, not at one moment.
 *
 * @param full handshakes with keys and certificates
 * @param resumed handshakes that went on with an earlier session
 * @param failed handshakes that failed, by the alert's name; "none" for those without an alert,
 *     such as time-outs
 * @param versions finished handshakes by protocol version, such as "TLSv1.3"
 * @param cipherSuites finished handshakes by cipher suite
 */
public record TlsStats(
    long full,
    long resumed,
    Map<String, Long> failed,
    Map<String, Long> versions,
    Map<String, Long> cipherSuites) {}
