package dev.weft.net;

import dev.weft.Weft;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Writes its last words to many connections and ends in the same moment. */
final class WriteAndExitProgram {
  static final String LAST_WORDS = "that was all";

  private WriteAndExitProgram() {}

  public static void main(String[] arguments) throws Exception {
    String end = arguments[0];
    String address = "127.0.0.1:" + arguments[1];
    int count = Integer.parseInt(arguments[2]);
    Weft.go(
            () -> {
              List<Conn> connections = new ArrayList<>();
              for (int i = 0; i < count; i++) {
                connections.add(Net.dial("tcp", address));
              }
              for (Conn each : connections) {
                each.read(new byte[1]); // A connection that has waited writes behind, on io_uring.
              }
              if (end.equals("full")) {
                fill(connections.getFirst());
              }
              for (Conn each : connections) {
                if (!end.equals("full")) {
                  each.write(LAST_WORDS.getBytes());
                }
              }
              if (!end.equals("return")) {
                System.exit(0);
              }
            })
        .join();
  }

  private static void fill(Conn connection) throws IOException {
    byte[] some = new byte[8 * 1024];
    long written = 0;
    try {
      while (true) {
        connection.setWriteDeadline(Duration.ofMillis(200));
        connection.write(some);
        written += some.length;
      }
    } catch (SocketTimeoutException full) {
      System.out.println("written=" + (written + full.bytesTransferred));
    }
  }
}
