package dev.weft.net.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A certificate in files, read again when they have changed. While only one of the two files is
 * replaced, they do not belong together and count as broken.
 */
final class CertificateFiles extends CertificateSource {
  private final FileWatch watch;
  private final Path chain;
  private final Path key;
  private final @Nullable Supplier<char[]> password;

  private CertificateFiles(
      TlsCertificate certificate,
      FileWatch watch,
      Path chain,
      Path key,
      @Nullable Supplier<char[]> password) {
    super(certificate);
    this.watch = watch;
    this.chain = chain;
    this.key = key;
    this.password = password;
  }

  static CertificateFiles open(Path chain, Path key, @Nullable Supplier<char[]> password)
      throws IOException {
    return open(chain, key, password, FileWatch.INTERVAL);
  }

  static CertificateFiles open(
      Path chain, Path key, @Nullable Supplier<char[]> password, long interval) throws IOException {
    FileWatch watch = new FileWatch("certificate", interval, chain, key);
    TlsCertificate certificate = TlsCertificate.fromPem(chain, key, password);
    return new CertificateFiles(certificate, watch, chain, key, password);
  }

  @Override
  Generation newest() {
    watch.look(() -> replace(TlsCertificate.fromPem(chain, key, password)));
    return super.newest();
  }
}
