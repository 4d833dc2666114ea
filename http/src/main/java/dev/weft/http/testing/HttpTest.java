package dev.weft.http.testing;

import dev.weft.Weft;
import dev.weft.http.Handler;
import dev.weft.http.Headers;
import dev.weft.http.client.ClientRequest;
import dev.weft.http.client.ClientResponse;
import dev.weft.http.client.HttpClient;
import dev.weft.http.client.ProxyRules;
import dev.weft.http.server.HttpServer;
import dev.weft.net.Conn;
import dev.weft.net.Pipe;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A server and a client connected in memory ({@link Pipe}), for tests without ports or mocks.
 * Messages are framed and parsed as over TCP.
 *
 * <pre>{@code
 * try (var test = HttpTest.of(router)) {
 *   RecordedResponse response = test.record(ClientRequest.get("http://test/users/7"));
 *   assertEquals(200, response.status());
 * }
 * }</pre>
 *
 * <p>Every host and port is this server. Safe for use by any number of threads.
 */
public final class HttpTest implements AutoCloseable {
  private final HttpServer server;
  private final HttpClient client;

  private HttpTest(HttpServer server, HttpClient.Builder client) {
    this.server = server;
    this.client =
        client
            .proxies(ProxyRules.none())
            .dialer((context, network, address, remaining) -> dial())
            .build();
  }

  /** A server with the usual settings. */
  public static HttpTest of(Handler handler) {
    return of(HttpServer.builder().handler(handler), HttpClient.builder());
  }

  /** A server and a client with other settings; the client's proxies and dialer are replaced. */
  public static HttpTest of(HttpServer.Builder server, HttpClient.Builder client) {
    return new HttpTest(server.build(), client);
  }

  /** The client, whose connections all lead to the server. */
  public HttpClient client() {
    return client;
  }

  public HttpServer server() {
    return server;
  }

  /** A connection to the server, for bytes of the test's own. Its owner closes it. */
  public Conn dial() throws IOException {
    Pipe pipe = Pipe.open();
    Weft.go("http test", () -> server.serve(pipe.second()));
    return pipe.first();
  }

  /**
   * Sends a request and waits for all of the response.
   *
   * @param request of any host; a handler of informational responses that it has is not called
   */
  public RecordedResponse record(ClientRequest request) throws IOException {
    List<RecordedResponse.Informational> informational = new ArrayList<>();
    ClientRequest noting =
        request.onInformational((status, fields) ->
            informational.add(new RecordedResponse.Informational(status, fields)));
    try (ClientResponse response = client.send(noting)) {
      byte[] body = response.status() == 101 ? new byte[0] : response.bytes();
      Headers trailers = response.trailers();
      if (response.status() == 101) {
        response.upgraded().close();
      }
      return new RecordedResponse(
          response.status(), response.headers(), body, trailers, List.copyOf(informational));
    }
  }

  /** Closes the client and the server. */
  @Override
  public void close() {
    client.close();
    server.close();
  }

  @Override
  public String toString() {
    return "http test: " + client;
  }
}
