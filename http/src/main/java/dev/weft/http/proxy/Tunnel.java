package dev.weft.http.proxy;

import dev.weft.http.Hijacked;
import dev.weft.http.Response;
import dev.weft.http.client.UpgradedConn;
import dev.weft.io.Copy;
import dev.weft.net.KeepAlive;
import java.io.IOException;

/** Passes the bytes of an upgraded connection in both directions, until both have ended. */
final class Tunnel {
  private Tunnel() {}

  /**
   * Switches the client's connection to the protocol too; blocks until both directions have ended.
   */
  static void join(Response response, UpgradedConn upstream, String protocol) throws IOException {
    try (upstream) {
      Hijacked client = response.upgrade(protocol);
      KeepAlive.DEFAULT.enable(upstream.conn()); // as the server does with the client's
      byte[] fromClient = new byte[client.available()];
      byte[] fromServer = new byte[upstream.available()];
      client.read(fromClient, 0, fromClient.length);
      upstream.read(fromServer, 0, fromServer.length);
      upstream.conn().write(fromClient);
      client.conn().write(fromServer);
      Copy.duplex(client.conn(), upstream.conn());
    }
  }
}
