package dev.weft.net.socket;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/** A socket factory that delegates to another one. */
abstract class DelegatingSocketFactory extends SocketFactory {
  private final SocketFactory factory;

  DelegatingSocketFactory(SocketFactory factory) {
    this.factory = factory;
  }

  @Override
  public final Socket createSocket() throws IOException {
    return factory.createSocket();
  }

  @Override
  public final Socket createSocket(String host, int port) throws IOException {
    return factory.createSocket(host, port);
  }

  @Override
  public final Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return factory.createSocket(host, port, localHost, localPort);
  }

  @Override
  public final Socket createSocket(InetAddress host, int port) throws IOException {
    return factory.createSocket(host, port);
  }

  @Override
  public final Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return factory.createSocket(host, port, localHost, localPort);
  }
}
