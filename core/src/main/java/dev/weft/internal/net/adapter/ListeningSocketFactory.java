package dev.weft.internal.net.adapter;

import dev.weft.internal.net.listen.ListenSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import javax.net.ServerSocketFactory;

/** Makes server sockets with settings. */
public final class ListeningSocketFactory extends ServerSocketFactory {
  private final ListenSettings settings;
  private final DuplexMaker maker;

  /**
   * @param maker makes the accepted connections
   */
  public ListeningSocketFactory(ListenSettings settings, DuplexMaker maker) {
    this.settings = settings;
    this.maker = maker;
  }

  @Override
  public ServerSocket createServerSocket() throws IOException {
    return new ListenerSocket(settings, maker);
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
    ListenerSocket socket = new ListenerSocket(settings, maker);
    socket.bind(address, backlog);
    return socket;
  }
}
