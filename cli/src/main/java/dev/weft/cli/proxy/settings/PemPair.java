package dev.weft.cli.proxy.settings;

import java.nio.file.Path;

/**
 * The files of a certificate.
 *
 * @param chain the certificate and its issuers
 * @param key its private key
 */
public record PemPair(Path chain, Path key) {}
