package dev.weft.debug;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;

/** A client of the JDK's, so that the server under test does not test itself. */
final class Http {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private Http() {}

  static String url(SocketAddress address, String path) {
    return "http://127.0.0.1:" + ((InetSocketAddress) address).getPort() + path;
  }

  static HttpResponse<byte[]> get(SocketAddress address, String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url(address, path)));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return CLIENT.send(request.build(), BodyHandlers.ofByteArray());
  }

  static byte[] bytes(SocketAddress address, String path) throws IOException, InterruptedException {
    HttpResponse<byte[]> response = get(address, path);
    if (response.statusCode() != 200) {
      throw new AssertionError(
          path
              + ": "
              + response.statusCode()
              + " "
              + new String(response.body(), StandardCharsets.UTF_8));
    }
    return response.body();
  }

  static String text(SocketAddress address, String path) throws IOException, InterruptedException {
    return new String(bytes(address, path), StandardCharsets.UTF_8);
  }
}
