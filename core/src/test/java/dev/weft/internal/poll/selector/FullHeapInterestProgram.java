package dev.weft.internal.poll.selector;

import dev.weft.FullHeapProgram;
import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.timer.TimerHeap;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;

/**
 * Asks for a signal for the first time while the heap is full, and again when there is memory.
 * Prints whether the signal came.
 */
final class FullHeapInterestProgram {
  private FullHeapInterestProgram() {}

  public static void main(String[] args) throws Exception {
    SelectorPoller poller = new SelectorPoller();
    ask(poller, false); // links what the next one needs
    System.out.println("signalled=" + (ask(poller, true) ? 1 : 0));
    poller.close();
  }

  private static boolean ask(SelectorPoller poller, boolean withFullHeap) throws Exception {
    Pipe pipe = Pipe.open();
    pipe.source().configureBlocking(false);
    pipe.sink().write(ByteBuffer.allocate(1));
    PollDesc desc = new PollDesc(new TimerHeap(when -> {}));
    Interest interest = new Interest(poller, desc, pipe.source());
    FullHeapProgram.letGoIn(1);
    if (withFullHeap) {
      FullHeapProgram.fill();
    }
    boolean asked = false;
    try {
      interest.signalWhen(SelectionKey.OP_READ);
      asked = true;
    } catch (OutOfMemoryError e) {
      // as a read that fails
    }
    if (asked) {
      try {
        poller.selector.reap(1);
      } catch (OutOfMemoryError e) {
        // the next round registers it
      }
    }
    FullHeapProgram.letGoIn(0);
    interest.signalWhen(SelectionKey.OP_READ);
    poller.selector.reap(1);
    return desc.consumeRead();
  }
}
