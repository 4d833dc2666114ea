package dev.weft.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** A listener whose queue is full, so dialing it waits. */
final class FullBacklog implements AutoCloseable {
  private static final int MAX_QUEUED = 16;

  private final ServerSocket listener;
  private final List<Socket> queue = new ArrayList<>();

  FullBacklog() throws IOException {
    listener = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    while (connects()) {
      if (queue.size() > MAX_QUEUED) {
        close();
        throw new IOException("a backlog of 1 took " + MAX_QUEUED + " connections");
      }
    }
  }

  private boolean connects() throws IOException {
    Socket socket = new Socket();
    queue.add(socket);
    try {
      socket.connect(listener.getLocalSocketAddress(), 200);
      return true;
    } catch (SocketTimeoutException full) {
      return false;
    }
  }

  InetSocketAddress socketAddress() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  String address() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    for (Socket socket : queue) {
      socket.close();
    }
    listener.close();
  }
}
