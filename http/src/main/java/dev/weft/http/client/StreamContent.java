package dev.weft.http.client;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The body that a stream supplies, once. */
record StreamContent(InputStream in, long length) implements Content {
  private static final int BUFFER_SIZE = 16 << 10;

  @Override
  public boolean isRepeatable() {
    return false;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    try (in) {
      byte[] buffer = new byte[BUFFER_SIZE];
      long left = length < 0 ? Long.MAX_VALUE : length;
      while (left > 0) {
        if (in.available() == 0) {
          out.flush(); // the next piece may take long
        }
        int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (n < 0) {
          if (length >= 0) {
            throw new EOFException("the stream ended " + left + " bytes before its length");
          }
          return;
        }
        out.write(buffer, 0, n);
        left -= n;
      }
    }
  }
}
