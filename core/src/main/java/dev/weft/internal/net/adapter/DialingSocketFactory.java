package dev.weft.internal.net.adapter;

import dev.weft.internal.net.dial.DialSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/** Makes sockets that a dialer connects. */
public final class DialingSocketFactory extends SocketFactory {
  private final DialSettings settings;
  private final @Nullable UnixDomainSocketAddress fixedTarget;

  private final DuplexMaker maker;

  /**
   * @param fixedTarget the Unix socket that they all connect to; {@code null} for none
   * @param maker makes the connections, which are over TCP sockets unless there is a fixed target
   */
  public DialingSocketFactory(
      DialSettings settings, @Nullable UnixDomainSocketAddress fixedTarget, DuplexMaker maker) {
    this.settings = settings;
    this.fixedTarget = fixedTarget;
    this.maker = maker;
  }

  @Override
  public Socket createSocket() throws IOException {
    return unconnected(settings);
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return connect(settings, InetSocketAddress.createUnresolved(host, port));
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    DialSettings from = settings.withLocal(new InetSocketAddress(localHost, localPort));
    return connect(from, InetSocketAddress.createUnresolved(host, port));
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return connect(settings, new InetSocketAddress(host, port));
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort)
      throws IOException {
    DialSettings from = settings.withLocal(new InetSocketAddress(localHost, localPort));
    return connect(from, new InetSocketAddress(host, port));
  }

  private Socket connect(DialSettings from, InetSocketAddress target) throws IOException {
    Socket socket = unconnected(fixedTarget == null ? from : settings);
    socket.connect(target);
    return socket;
  }

  private Socket unconnected(DialSettings from) throws IOException {
    return new ConnSocket(new PendingSocket(from, fixedTarget, maker));
  }
}
