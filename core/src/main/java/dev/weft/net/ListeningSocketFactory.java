package dev.weft.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import javax.net.ServerSocketFactory;

/** Makes server sockets with the settings of a {@link ListenConfig}. */
final class ListeningSocketFactory extends ServerSocketFactory {
  private final ListenConfig config;

  ListeningSocketFactory(ListenConfig config) {
    this.config = config;
  }

  @Override
  public ServerSocket createServerSocket() throws IOException {
    return new ListenerSocket(config);
  }

  @Override
  public ServerSocket createServerSocket(int port) throws IOException {
    return bound(new InetSocketAddress(port), 0);
  }

  @Override
  public ServerSocket createServerSocket(int port, int backlog) throws IOException {
    return bound(new InetSocketAddress(port), backlog);
  }

  @Override
  public ServerSocket createServerSocket(int port, int backlog, InetAddress local)
      throws IOException {
    return bound(new InetSocketAddress(local, port), backlog);
  }

  private ServerSocket bound(InetSocketAddress address, int backlog) throws IOException {
    ListenerSocket socket = new ListenerSocket(config);
    socket.bind(address, backlog);
    return socket;
  }
}
