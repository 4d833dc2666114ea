package dev.weft.net;

import dev.weft.Weft;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Many dials that wait and are refused then, as by a remote host: a full backlog drops their first
 * packets, and once the listener is closed the kernel answers the next ones with a reset.
 */
public final class LateRefusalProgram {
  private static final int DIALS = 200;

  private LateRefusalProgram() {}

  private static TcpListener serving;

  /** Connects, sends a byte back and forth, and closes, again and again. */
  private static void exchangeUntil(CountDownLatch ended) throws IOException {
    while (ended.getCount() > 0) {
      try (Conn client = Net.dial("tcp", serving.localAddress().toString().substring(1));
          Conn server = serving.accept()) {
        client.write(new byte[1]);
        server.write(new byte[1]);
        client.read(new byte[1]);
        server.read(new byte[1]);
      }
    }
  }

  public static void main(String[] args) throws Exception {
    serving = Net.listenTcp("tcp4", "127.0.0.1:0");
    AtomicInteger refused = new AtomicInteger();
    CountDownLatch begun = new CountDownLatch(DIALS);
    CountDownLatch ended = new CountDownLatch(DIALS);
    List<Socket> filling = new ArrayList<>();
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      for (int i = 0; i < 2; i++) {
        filling.add(new Socket(full.getInetAddress(), full.getLocalPort()));
      }
      String address = "127.0.0.1:" + full.getLocalPort();
      for (int i = 0; i < DIALS; i++) {
        Weft.go(() -> {
          begun.countDown();
          try {
            Net.dial("tcp4", address).close();
          } catch (ConnectException e) {
            refused.incrementAndGet();
          } catch (IOException e) {
            System.out.println(e);
          }
          ended.countDown();
        });
      }
      begun.await();
      // Timers and reads that wake the poller while the dials fail.
      for (int i = 0; i < 8; i++) {
        Weft.go(() -> {
          while (ended.getCount() > 0) {
            Weft.sleep(Duration.ofNanos(200_000));
          }
        });
        Weft.go(() -> exchangeUntil(ended));
      }
      for (Socket socket : filling) {
        socket.close();
      }
    }
    ended.await();
    serving.close();
    CountDownLatch ran = new CountDownLatch(1);
    Weft.go(ran::countDown);
    ran.await();
    System.out.println("refused=" + refused);
  }
}
