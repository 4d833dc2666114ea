package dev.weft.net;

import dev.weft.Weft;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ThreadFactory;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;

/** The makers of sockets for which the same must hold: the JDK shows that the tests are right. */
enum SocketMaker {
  JDK(SocketFactory.getDefault(), ServerSocketFactory.getDefault(), Thread.ofVirtual().factory()),
  WEFT(
      Dialer.DEFAULT.socketFactory(),
      ListenConfig.DEFAULT.serverSocketFactory(),
      Weft.threadFactory());

  private final SocketFactory sockets;
  private final ServerSocketFactory servers;
  private final ThreadFactory threads;

  SocketMaker(SocketFactory sockets, ServerSocketFactory servers, ThreadFactory threads) {
    this.sockets = sockets;
    this.servers = servers;
    this.threads = threads;
  }

  SocketFactory sockets() {
    return sockets;
  }

  Socket unconnected() throws IOException {
    return sockets.createSocket();
  }

  ServerSocket unbound() throws IOException {
    return servers.createServerSocket();
  }

  ServerSocket listening() throws IOException {
    return servers.createServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
  }

  /** The threads that these sockets are for. */
  ThreadFactory threads() {
    return threads;
  }

  /** Two connected sockets. */
  SocketPair connect() throws IOException {
    try (ServerSocket server = listening()) {
      Socket client = sockets.createSocket(server.getInetAddress(), server.getLocalPort());
      return new SocketPair(client, server.accept());
    }
  }

  record SocketPair(Socket client, Socket server) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      client.close();
      server.close();
    }
  }
}
