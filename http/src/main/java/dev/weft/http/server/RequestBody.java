package dev.weft.http.server;

import dev.weft.http.internal.wire.BodyInputStream;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The body of one request as a stream; refuses reads after the end of its request. */
final class RequestBody extends BodyInputStream {
  private @Nullable ServerRequest request;

  RequestBody(ServerRequest request) {
    this.request = request;
  }

  void end() {
    request = null;
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
