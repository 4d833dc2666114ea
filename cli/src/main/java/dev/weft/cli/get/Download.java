package dev.weft.cli.get;

import dev.weft.http.client.ClientRequest;
import dev.weft.http.client.ClientResponse;
import dev.weft.http.client.HttpClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Copies the body of a response. When the connection breaks inside it, the rest is asked for, as
 * long as each response brings more: by a range of what the server said by its ETag was the same.
 */
final class Download {
  private static final int BUFFER_SIZE = 64 << 10;
  private static final int OK = 200;
  private static final int PARTIAL_CONTENT = 206;

  private final HttpClient client;
  private final ClientRequest request;
  private final OutputStream out;
  private final Progress progress;
  private final byte[] buffer = new byte[BUFFER_SIZE];
  private long done;

  /**
   * @param client without compression, so that what is copied are the bytes which ranges count
   */
  Download(HttpClient client, ClientRequest request, OutputStream out, Progress progress) {
    this.client = client;
    this.request = request;
    this.out = out;
    this.progress = progress;
  }

  void copy(ClientResponse first) throws IOException {
    String tag = strongTag(first);
    IOException failure = copyBody(first);
    while (failure != null) {
      if (tag == null) {
        throw failure;
      }
      long before = done;
      failure = copyRest(tag, failure);
      if (failure != null && done == before) {
        throw failure;
      }
    }
  }

  private static @Nullable String strongTag(ClientResponse response) {
    String tag = response.status() == OK ? response.header("ETag") : null;
    return tag == null || tag.startsWith("W/") ? null : tag;
  }

  /**
   * @param cause why the rest is missing, which is thrown when the server does not send it
   */
  private @Nullable IOException copyRest(String tag, IOException cause) throws IOException {
    ClientRequest rest = request.header("Range", "bytes=" + done + "-").header("If-Range", tag);
    try (ClientResponse response = client.send(rest)) {
      String range = response.header("Content-Range");
      if (response.status() != PARTIAL_CONTENT
          || range == null
          || !range.startsWith("bytes " + done + "-")) {
        throw cause;
      }
      return copyBody(response);
    }
  }

  /** Returns what ended the body before its end; a failure of the output is thrown. */
  private @Nullable IOException copyBody(ClientResponse response) throws IOException {
    InputStream body = response.body();
    while (true) {
      int n;
      try {
        n = body.read(buffer);
      } catch (IOException e) {
        return e;
      }
      if (n < 0) {
        return null;
      }
      out.write(buffer, 0, n);
      done += n;
      progress.add(n);
    }
  }
}
