package dev.weft.agent.programs;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.Executors;

/** Answers over a socket while twice as many endless loops as processors run; ends after that. */
public final class BesideLoops {
  private static volatile long spun;

  public static void main(String[] args) throws Exception {
    var threads = Executors.newVirtualThreadPerTaskExecutor();
    var server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    threads.submit(() -> echo(server.accept()));
    for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors(); i++) {
      threads.submit(() -> {
        while (true) {
          spun++;
        }
      });
    }
    try (Socket client = new Socket(server.getInetAddress(), server.getLocalPort())) {
      for (int i = 0; i < 20; i++) {
        client.getOutputStream().write(i);
        if (client.getInputStream().read() != i) {
          throw new AssertionError("the echo of " + i + " is wrong");
        }
      }
    }
    System.out.println("served");
    System.exit(0);
  }

  private static Void echo(Socket connection) throws Exception {
    try (connection) {
      connection.getInputStream().transferTo(connection.getOutputStream());
    }
    return null;
  }
}
