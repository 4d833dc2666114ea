package dev.weft.http.internal.wire;

import java.io.IOException;
import java.io.InputStream;

/** The stream of a body; a single byte is read through an array of one. */
public abstract class BodyInputStream extends InputStream {
  @Override
  public final int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public abstract int read(byte[] into, int offset, int length) throws IOException;
}
