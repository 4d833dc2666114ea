package dev.weft.net;

import java.io.IOException;
import java.util.List;

/** Serves a connection on each listener that it was started with. */
final class InheritingProgram {
  private InheritingProgram() {}

  public static void main(String[] args) throws IOException {
    List<InheritedListener> listeners = ListenConfig.inherited();
    for (InheritedListener inherited : listeners) {
      try (Listener listener = inherited.listener();
          Conn client = Net.dial(listener.localAddress());
          Conn server = listener.accept()) {
        server.write(new byte[] {42});
        byte[] answer = new byte[1];
        boolean answered = client.read(answer) == 1 && answer[0] == 42;
        System.out.println("name=" + inherited.name() + " answered=" + answered);
      }
    }
    System.out.println("again=" + ListenConfig.inherited().size());
  }
}
