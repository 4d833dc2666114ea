package dev.weft.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;

/** A port without a listener, bound so that no other socket gets it meanwhile. */
final class UnusedPort implements AutoCloseable {
  private final SocketChannel holder;

  private UnusedPort(SocketChannel holder) {
    this.holder = holder;
  }

  static UnusedPort on(String ip) throws IOException {
    return new UnusedPort(SocketChannel.open().bind(new InetSocketAddress(ip, 0)));
  }

  int number() throws IOException {
    return ((InetSocketAddress) holder.getLocalAddress()).getPort();
  }

  @Override
  public void close() throws IOException {
    holder.close();
  }
}
