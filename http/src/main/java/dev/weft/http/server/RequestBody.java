package dev.weft.http.server;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The body of one request as a stream; refuses reads after the end of its request. */
final class RequestBody extends InputStream {
  private @Nullable ServerRequest request;

  RequestBody(ServerRequest request) {
    this.request = request;
  }

  void end() {
    request = null;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    ServerRequest of = request;
    if (of == null) {
      throw new IOException("the request is over");
    }
    return length == 0 ? 0 : of.readBody(into, offset, length);
  }
}
