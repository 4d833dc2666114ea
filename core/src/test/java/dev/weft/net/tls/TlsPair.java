package dev.weft.net.tls;

import dev.weft.net.Pipe;
import dev.weft.testing.Goroutines;
import dev.weft.testing.Running;
import java.io.IOException;

/** Two ends of a TLS connection within the process, before their handshake. */
record TlsPair(TlsConn client, TlsConn server) implements AutoCloseable {
  static TlsPair of(TlsConfig client, TlsConfig server) throws IOException {
    return of(client, server, "localhost");
  }

  static TlsPair of(TlsConfig client, TlsConfig server, String serverName) throws IOException {
    Pipe pipe = Pipe.open();
    return new TlsPair(client.client(pipe.first(), serverName), server.server(pipe.second()));
  }

  /** Makes the handshake; fails as the client does, else as the server does. */
  TlsPair shakeHands() throws Exception {
    try (Goroutines goroutines = new Goroutines()) {
      var serving = goroutines.go(server::handshake);
      try {
        client.handshake();
      } catch (IOException e) {
        awaitEnd(serving);
        throw e;
      }
      serving.join();
    }
    return this;
  }

  private static void awaitEnd(Running<Void> serving) throws Exception {
    try {
      serving.join();
    } catch (IOException e) {
      // What the client met counts.
    }
  }

  /** What the server's handshake fails with, whether or not the client's does. */
  Throwable serverFailure() throws Exception {
    try (Goroutines goroutines = new Goroutines()) {
      var serving = goroutines.go(server::handshake);
      try {
        client.handshake();
        client.read(new byte[1]);
      } catch (IOException e) {
        // What the server met counts.
      }
      return serving.failure();
    }
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
