package dev.weft.cli.proxy;

import dev.weft.io.Copy;
import dev.weft.net.Conn;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.util.List;

/**
 * Passes connections on to targets, in both directions until both have ended. Safe for use by any
 * number of threads.
 */
public final class Forwarder {
  private final Targets targets;
  private final boolean sendProxy;

  /**
   * @param addresses of the targets: {@code host:port}, or {@code unix:} and a path or
   *     {@code @name}
   * @param sendProxy whether targets get the client's address by the PROXY protocol, version 1
   * @throws IllegalArgumentException when an address is not written like that
   */
  public Forwarder(List<String> addresses, Balance balance, boolean sendProxy) {
    this.targets =
        new Targets(addresses.stream().map(Target::new).toList(), balance, System::nanoTime);
    this.sendProxy = sendProxy;
  }

  /**
   * Connects to a target and copies until both directions have ended. When a direction fails, or no
   * target connects, the client's connection is reset: an orderly end would say that it has
   * everything.
   *
   * @throws IOException when no target connects
   */
  public void forward(Conn client) throws IOException {
    Targets.Connected connected;
    try {
      connected = targets.dial(client.remoteAddress());
    } catch (IOException e) {
      reset(client);
      throw e;
    }
    try (Conn target = connected.conn()) {
      if (sendProxy) {
        target.write(ProxyLine.of(client));
      }
      Copy.duplex(client, target);
    } catch (IOException e) {
      reset(client);
      throw e;
    } finally {
      connected.target().release();
    }
  }

  private static void reset(Conn client) throws IOException {
    if (client.supportedOptions().contains(StandardSocketOptions.SO_LINGER)) {
      client.setOption(StandardSocketOptions.SO_LINGER, 0);
    }
  }
}
