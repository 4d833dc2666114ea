package dev.weft.http.client;

import java.io.IOException;
import java.io.OutputStream;

/** A body in memory. */
@SuppressWarnings(
    "ArrayRecordComponent") // records compare arrays by identity; these are never compared
record ByteContent(byte[] bytes) implements Content {
  @Override
  public long length() {
    return bytes.length;
  }

  @Override
  public boolean isRepeatable() {
    return true;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    out.write(bytes);
  }
}
