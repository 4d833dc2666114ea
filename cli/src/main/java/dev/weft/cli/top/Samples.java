package dev.weft.cli.top;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.weft.http.client.ClientRequest;
import dev.weft.http.client.ClientResponse;
import dev.weft.http.client.HttpClient;
import dev.weft.net.Dialer;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The samples that the debug endpoints of a process send, one each second. */
final class Samples implements AutoCloseable {
  private static final String UNIX = "unix:";
  private static final String EVENTS = "/debug/dash/events";
  private static final int NOT_FOUND = 404;
  private static final int OK = 200;

  private final HttpClient client;
  private final ClientResponse response;
  private final BufferedReader lines;

  private Samples(HttpClient client, ClientResponse response) {
    this.client = client;
    this.response = response;
    lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
  }

  /**
   * Asks for samples.
   *
   * @param endpoint {@code http://} or nothing, and host and port; or {@code unix:} and a path
   * @param token what the endpoints want to be given, if they do
   * @throws IllegalArgumentException when the endpoint is not written so
   */
  static Samples open(String endpoint, @Nullable String token) throws IOException {
    HttpClient.Builder builder = HttpClient.builder();
    String base = endpoint.contains("://") ? endpoint : "http://" + endpoint;
    if (endpoint.startsWith(UNIX)) {
      String path = endpoint.substring(UNIX.length());
      builder.dialer((context, _, _, remaining) ->
          Dialer.DEFAULT.timeout(remaining).dial(context, "unix", path));
      base = "http://localhost";
    }
    ClientRequest request =
        ClientRequest.get(
            (base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + EVENTS);
    if (token != null) {
      request = request.addHeader("Authorization", "Bearer " + token);
    }
    HttpClient client = builder.build();
    try {
      ClientResponse response = client.send(request);
      if (response.status() != OK) {
        try (response) {
          throw new IOException(
              endpoint
                  + (response.status() == NOT_FOUND
                      ? " serves no debug endpoints; give the address of Debug.serve or --debug"
                      : " answers " + response.status() + ": " + response.text().strip()));
        }
      }
      return new Samples(client, response);
    } catch (Throwable e) {
      client.close();
      throw e;
    }
  }

  /**
   * Waits for the next one.
   *
   * @throws IOException also when the process ends
   */
  JsonObject next() throws IOException {
    StringBuilder data = new StringBuilder();
    String line;
    while ((line = lines.readLine()) != null) {
      if (line.startsWith("data:")) {
        data.append(line, "data:".length(), line.length());
      } else if (line.isEmpty() && !data.isEmpty()) {
        return parse(data.toString());
      }
    }
    throw new EOFException("the process sends no more");
  }

  private static JsonObject parse(String text) throws IOException {
    try {
      JsonElement sample = JsonParser.parseString(text);
      if (sample instanceof JsonObject object) {
        return object;
      }
    } catch (JsonParseException e) {
      throw new IOException("not a sample of debug endpoints: " + text, e);
    }
    throw new IOException("not a sample of debug endpoints: " + text);
  }

  @Override
  public void close() {
    response.close();
    client.close();
  }
}
