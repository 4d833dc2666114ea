package dev.weft.http.client;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Decompresses a body as it comes, and reads it to its end, so that its connection can be used
 * again. Refuses to expand a byte into more than the limit, after a first MiB.
 */
final class GunzipStream extends InputStream {
  private static final int BUFFER_SIZE = 4096;
  private static final long FREE_BYTES = 1 << 20;

  private final BodyStream compressed;
  private final int maxExpansion;
  private @Nullable GZIPInputStream gzip;
  private long count;
  private boolean ended;

  GunzipStream(BodyStream compressed, int maxExpansion) {
    this.compressed = compressed;
    this.maxExpansion = maxExpansion;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (length == 0) {
      return 0;
    }
    if (ended) {
      return -1;
    }
    GZIPInputStream from = gzip;
    if (from == null) {
      from = new GZIPInputStream(compressed, BUFFER_SIZE);
      gzip = from;
    }
    int n = from.read(into, offset, length);
    if (n < 0) {
      ended = true;
      readToEnd();
      return -1;
    }
    count += n;
    if (count > FREE_BYTES && count / maxExpansion > compressed.count()) {
      close();
      throw new MalformedResponseException(
          "a compressed body that expands to more than " + maxExpansion + " times its size");
    }
    return n;
  }

  /** Bytes after the compressed data are not part of it. */
  private void readToEnd() throws IOException {
    byte[] dropped = new byte[BUFFER_SIZE];
    if (compressed.read(dropped, 0, dropped.length) >= 0) {
      compressed.close();
    }
  }

  @Override
  public void close() throws IOException {
    compressed.close();
  }
}
