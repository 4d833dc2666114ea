package dev.weft.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/** Makes sockets that a {@link Dialer} connects. */
final class DialingSocketFactory extends SocketFactory {
  private final Dialer dialer;
  private final @Nullable UnixDomainSocketAddress fixedTarget;

  DialingSocketFactory(Dialer dialer, @Nullable UnixDomainSocketAddress fixedTarget) {
    this.dialer = dialer;
    this.fixedTarget = fixedTarget;
  }

  @Override
  public Socket createSocket() throws IOException {
    return new ConnSocket(new PendingSocket(dialer, fixedTarget));
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return connect(dialer, InetSocketAddress.createUnresolved(host, port));
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    Dialer from = dialer.localAddress(new InetSocketAddress(localHost, localPort));
    return connect(from, InetSocketAddress.createUnresolved(host, port));
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return connect(dialer, new InetSocketAddress(host, port));
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort)
      throws IOException {
    Dialer from = dialer.localAddress(new InetSocketAddress(localHost, localPort));
    return connect(from, new InetSocketAddress(host, port));
  }

  private Socket connect(Dialer from, InetSocketAddress target) throws IOException {
    ConnSocket socket =
        new ConnSocket(new PendingSocket(fixedTarget == null ? from : dialer, fixedTarget));
    socket.connect(target);
    return socket;
  }
}
