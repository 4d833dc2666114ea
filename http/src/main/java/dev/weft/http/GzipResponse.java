package dev.weft.http;

import dev.weft.io.FileHandle;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** Compresses the body or passes it on unchanged, as decided at the first write. */
final class GzipResponse extends ForwardingResponse {
  /** Below this length compression costs more than it saves. */
  private static final int MIN_LENGTH = 1024;

  private static final int BUFFER_SIZE = 4096;
  private static final long UNKNOWN = -1;

  private final boolean allowed;
  private long declared = UNKNOWN;
  private boolean decided;
  private @Nullable Compressor gzip;

  GzipResponse(Response delegate, boolean allowed) {
    super(delegate);
    this.allowed = allowed;
  }

  @Override
  public Response contentLength(long bytes) {
    declared = bytes;
    return this;
  }

  private void decide(long length) throws IOException {
    if (decided) {
      return;
    }
    decided = true;
    Headers headers = headers();
    if (dependsOnEncoding(headers)) {
      boolean worthwhile = length == UNKNOWN || length >= MIN_LENGTH;
      if (allowed && worthwhile && isWhole() && !headers.contains("Content-Encoding")) {
        headers.set("Content-Encoding", "gzip").remove("Content-Length").remove("Accept-Ranges");
        weaken(headers);
        gzip = new Compressor(new Compressed());
        return;
      }
    }
    if (declared != UNKNOWN) {
      delegate().contentLength(declared);
    }
  }

  /**
   * Reports whether other clients get other bytes, and has the response say so. One of status 304
   * says what the response with the body would (RFC 9110, 15.4.5), whose type it does not tell:
   * then it may be so, and the tag may be that of compressed bytes.
   */
  private boolean dependsOnEncoding(Headers headers) {
    String type = headers.get("Content-Type");
    boolean compressible = type != null && MediaTypes.isCompressible(type);
    if ((compressible || status() == 304) && !headers.containsElement("Vary", "Accept-Encoding")) {
      headers.add("Vary", "Accept-Encoding");
    }
    if (status() == 304 && allowed) {
      weaken(headers);
    }
    return compressible;
  }

  private boolean isWhole() {
    return status() != 204 && status() != 206 && status() != 304;
  }

  /** A strong validator promises identical bytes, so it becomes a weak one. */
  private static void weaken(Headers headers) {
    String tag = headers.get("ETag");
    if (tag != null && !tag.startsWith("W/")) {
      headers.set("ETag", "W/" + tag);
    }
  }

  @Override
  public void send(byte[] body, int offset, int length) throws IOException {
    decide(length);
    if (gzip == null) {
      delegate().send(body, offset, length);
    } else {
      gzip.write(body, offset, length);
      finish();
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    decide(declared);
    if (gzip == null) {
      delegate().write(bytes, offset, length);
    } else {
      gzip.write(bytes, offset, length);
    }
  }

  @Override
  public void write(FileHandle file, long from, long count) throws IOException {
    decide(declared);
    if (gzip == null) {
      delegate().write(file, from, count);
    } else {
      super.write(file, from, count);
    }
  }

  @Override
  public void flush() throws IOException {
    decide(declared);
    if (gzip != null) {
      gzip.flush();
    }
    delegate().flush();
  }

  @Override
  public OutputStream outputStream() {
    return new Plain();
  }

  /** Ends the compressed body. */
  void finish() throws IOException {
    if (gzip != null) {
      gzip.close();
      gzip = null;
    } else if (!decided && !isCommitted()) {
      dependsOnEncoding(headers());
      if (declared != UNKNOWN) {
        delegate().contentLength(declared);
      }
    }
  }

  /**
   * Frees the memory of the compression, which is none of the heap's, after the handler has failed.
   */
  void abandon() {
    if (gzip != null) {
      gzip.abandon();
    }
  }

  private static final class Compressor extends GZIPOutputStream {
    Compressor(OutputStream out) throws IOException {
      super(out, BUFFER_SIZE, true);
    }

    /** Later writes fail. Writes no end, as closing would. */
    void abandon() {
      def.end();
    }
  }

  /** Receives the compressed bytes. */
  private final class Compressed extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      delegate().write(bytes, offset, length);
    }
  }

  /** Receives the bytes that the handler writes. */
  private final class Plain extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      GzipResponse.this.write(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
      GzipResponse.this.flush();
    }

    @Override
    public void close() throws IOException {
      finish();
      delegate().outputStream().close();
    }
  }
}
