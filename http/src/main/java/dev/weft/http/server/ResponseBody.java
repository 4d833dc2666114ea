package dev.weft.http.server;

import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** The body of one response as a stream; refuses writes after the end of its request. */
final class ResponseBody extends OutputStream {
  private @Nullable ServerResponse response;

  ResponseBody(ServerResponse response) {
    this.response = response;
  }

  void end() {
    response = null;
  }

  private ServerResponse response() throws IOException {
    ServerResponse of = response;
    if (of == null) {
      throw new IOException("the request is over");
    }
    return of;
  }

  @Override
  public void write(int b) throws IOException {
    response().write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    response().write(bytes, offset, length);
  }

  @Override
  public void flush() throws IOException {
    response().flush();
  }

  @Override
  public void close() throws IOException {
    if (response != null) {
      response.finish();
    }
  }
}
