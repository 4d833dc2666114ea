package dev.weft.net;

import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Receives more descriptors than the process may open. */
final class LostDescriptorsProgram {
  private LostDescriptorsProgram() {}

  public static void main(String[] args) throws Exception {
    List<Closeable> hoard = new ArrayList<>();
    try (UnixListener listener = UnixSockets.listen();
        UnixConn sender = Net.dialUnix(listener.localAddress().getPath().toString());
        UnixConn receiver = listener.accept()) {
      sender.sendDescriptors(new byte[1], listener);
      receiver.receiveDescriptors(ByteBuffer.allocate(1)).close(); // loads the classes
      Passable[] passed = new Passable[30];
      Arrays.fill(passed, listener);
      sender.sendDescriptors(new byte[1], passed);
      hoard(hoard);
      for (int i = 0; i < 10; i++) {
        hoard.removeLast().close();
      }
      long before = hoard.size();
      try (ReceivedDescriptors received = receiver.receiveDescriptors(ByteBuffer.allocate(1))) {
        System.out.println("received " + received.descriptors().size());
      } catch (IOException e) {
        System.out.println(e.getMessage());
      }
      hoard(hoard);
      System.out.println("kept=" + (before + 10 - hoard.size()));
      for (Closeable each : hoard) {
        each.close(); // Closing connections may load classes.
      }
    }
  }

  /** Opens descriptors until the system refuses. */
  private static void hoard(List<Closeable> into) {
    try {
      while (true) {
        Socket socket = new Socket();
        socket.bind(null);
        into.add(socket);
      }
    } catch (IOException e) {
      // There are no more.
    }
  }
}
