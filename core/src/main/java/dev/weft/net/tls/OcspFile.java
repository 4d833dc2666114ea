package dev.weft.net.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** An OCSP response in a file, read again when it has changed. */
final class OcspFile {
  private final FileWatch watch;
  private final Path file;
  private volatile OcspResponse newest;

  private OcspFile(FileWatch watch, Path file) throws IOException {
    this.watch = watch;
    this.file = file;
    newest = OcspResponse.read(file);
  }

  static OcspFile open(Path file) throws IOException {
    return open(file, FileWatch.INTERVAL);
  }

  static OcspFile open(Path file, long interval) throws IOException {
    return new OcspFile(new FileWatch("OCSP response", interval, file), file);
  }

  OcspResponse newest() {
    watch.look(() -> newest = OcspResponse.read(file));
    return newest;
  }

  void requireOneOf(List<CertificateSource> certificates) {
    OcspResponse response = newest;
    if (certificates.stream()
        .noneMatch(each -> response.isFor(each.newest().certificate().chain().getFirst()))) {
      throw new IllegalArgumentException(
          file + ": the OCSP response is for none of the certificates");
    }
  }
}
