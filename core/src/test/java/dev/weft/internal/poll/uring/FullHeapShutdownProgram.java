package dev.weft.internal.poll.uring;

import dev.weft.FullHeapProgram;
import dev.weft.internal.poll.Family;
import dev.weft.internal.poll.socket.NativeSocket;
import dev.weft.internal.sched.ManualTimers;
import dev.weft.internal.sys.RawAddress;
import dev.weft.internal.sys.SocketCalls;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;

/**
 * Ends writing while bytes are being sent, and handles the completion of their send in a full heap.
 * Prints how many bytes the peer reads before the end of the stream, and -1 if that does not come.
 */
final class FullHeapShutdownProgram {
  private static final int BYTES = 10;
  private static final int PATIENCE_MILLIS = 5000;

  private final UringPoller poller = new UringPoller(1, RingSizes.DEFAULT);
  private final ProcessorRing ring = poller.rings[0];

  private FullHeapShutdownProgram() throws Exception {
    poller.attach(new ManualTimers()::heap);
  }

  public static void main(String[] args) throws Exception {
    var program = new FullHeapShutdownProgram();
    program.ring.submitWakeup();
    program.ring.complete(1); // what every machine does before it waits
    System.out.println("first=" + program.bytesBeforeEnd(true));
    System.out.println("withMemory=" + program.bytesBeforeEnd(false));
    System.out.println("second=" + program.bytesBeforeEnd(true));
    System.exit(0);
  }

  private int bytesBeforeEnd(boolean fillsHeap) throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      NativeSocket socket = NativeSocket.openStream(Family.INET, false);
      SocketCalls.connect(
          socket.fd, new RawAddress(listener.getLocalSocketAddress(), SocketCalls.AF_INET));
      try (Socket peer = listener.accept()) {
        peer.setSoTimeout(PATIENCE_MILLIS);
        var outbox = new Outbox(new UringStream(poller, poller.newDesc(), socket), socket.fd, ring);
        outbox.write(ring, MemorySegment.ofArray(new byte[BYTES]), 0, BYTES);
        outbox.shutdown();
        ring.submit();
        FullHeapProgram.letGoIn(1);
        if (fillsHeap) {
          FullHeapProgram.fill();
        }
        completeAll();
        FullHeapProgram.letGoIn(0);
        completeAll(); // what was left
        return bytesBeforeEnd(peer.getInputStream());
      }
    }
  }

  private void completeAll() {
    try {
      ring.complete(Integer.MAX_VALUE);
    } catch (OutOfMemoryError e) {
      // The next call handles the others.
    }
  }

  private static int bytesBeforeEnd(InputStream in) throws Exception {
    int count = 0;
    try {
      while (in.read() >= 0) {
        count++;
      }
      return count;
    } catch (SocketTimeoutException e) {
      return -1;
    }
  }
}
