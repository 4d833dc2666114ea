package dev.weft.internal.poll.uring;

import com.sun.management.ThreadMXBean;
import dev.weft.Weft;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;

/**
 * Prints how much heap memory the first receive of a process takes: to handle its completion, and
 * to copy the bytes.
 */
final class FirstReceiveProgram {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private FirstReceiveProgram() {}

  public static void main(String[] args) throws Exception {
    Weft.info(); // starts the runtime
    ProcessorRing[] rings = new UringPoller(1).rings;
    Inbox inbox = new Inbox(rings);
    MemorySegment from = MemorySegment.ofArray(new byte[15]);
    MemorySegment to = MemorySegment.ofArray(new byte[15]);
    THREADS.getCurrentThreadAllocatedBytes();

    long before = THREADS.getCurrentThreadAllocatedBytes();
    inbox.add(rings[0], rings[0].buffers.emptyPiece(), true);
    long handled = THREADS.getCurrentThreadAllocatedBytes();
    MemorySegment.copy(from, 0, to, 0, from.byteSize());
    long copied = THREADS.getCurrentThreadAllocatedBytes();

    System.out.println("handled=" + (handled - before));
    System.out.println("copied=" + (copied - handled));
    System.exit(0);
  }
}
