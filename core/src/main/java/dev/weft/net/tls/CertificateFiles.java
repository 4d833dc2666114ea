package dev.weft.net.tls;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A certificate in files, read again when they have changed.
 *
 * <p>The files are looked at when a handshake needs the certificate, at most once a second, so no
 * thread watches them. If the new ones are broken, as while only one of the two is replaced, the
 * old certificate serves on and the failure is logged once.
 */
final class CertificateFiles extends CertificateSource {
  private static final Logger LOG = System.getLogger("dev.weft.net.tls");
  private static final long INTERVAL = TimeUnit.SECONDS.toNanos(1);

  private final Path chain;
  private final Path key;
  private final @Nullable Supplier<char[]> password;
  private final long interval;
  private final ReentrantLock lock = new ReentrantLock();

  private volatile long lookedAt;

  /** What the files looked like when they were last read; guarded by the lock. */
  private String seen;

  private CertificateFiles(
      TlsCertificate certificate,
      String seen,
      Path chain,
      Path key,
      @Nullable Supplier<char[]> password,
      long interval) {
    super(certificate);
    this.seen = seen;
    this.chain = chain;
    this.key = key;
    this.password = password;
    this.interval = interval;
    lookedAt = System.nanoTime();
  }

  static CertificateFiles open(Path chain, Path key, @Nullable Supplier<char[]> password)
      throws IOException {
    return open(chain, key, password, INTERVAL);
  }

  static CertificateFiles open(
      Path chain, Path key, @Nullable Supplier<char[]> password, long interval) throws IOException {
    String seen = state(chain) + state(key);
    TlsCertificate certificate = TlsCertificate.fromPem(chain, key, password);
    return new CertificateFiles(certificate, seen, chain, key, password, interval);
  }

  @Override
  Generation newest() {
    // One handshake looks; the others go on with what there is.
    if (System.nanoTime() - lookedAt >= interval && lock.tryLock()) {
      try {
        look();
      } finally {
        lookedAt = System.nanoTime();
        lock.unlock();
      }
    }
    return super.newest();
  }

  private void look() {
    String now = state(chain) + state(key);
    if (now.equals(seen)) {
      return;
    }
    seen = now;
    try {
      replace(TlsCertificate.fromPem(chain, key, password));
      LOG.log(Level.INFO, "the certificate in {0} was replaced", chain);
    } catch (IOException e) {
      LOG.log(
          Level.ERROR, "the new certificate is not used, the old one serves on: " + e.getMessage());
    }
  }

  /** Changes when the file is written or replaced. */
  private static String state(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return attributes.fileKey()
          + "/"
          + attributes.size()
          + "/"
          + attributes.lastModifiedTime()
          + " ";
    } catch (IOException e) {
      return "unreadable ";
    }
  }
}
