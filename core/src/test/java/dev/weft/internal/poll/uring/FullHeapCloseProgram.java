package dev.weft.internal.poll.uring;

import dev.weft.FullHeapProgram;

/**
 * Queues the closing of a descriptor while the submission queue and the heap are full. Prints
 * whether that failed, and how many requests wait in the queue then.
 */
final class FullHeapCloseProgram {
  private static final int NO_DESCRIPTOR = -1;

  private FullHeapCloseProgram() {}

  public static void main(String[] args) throws Exception {
    ProcessorRing ring = new ProcessorRing(0, RingSizes.DEFAULT, new ProcessorRing[1], null);
    while (ring.uring.submissions.hasRoomFor(1)) {
      ring.queueClose(NO_DESCRIPTOR);
    }
    boolean failed = false;
    FullHeapProgram.fill();
    try {
      ring.queueClose(NO_DESCRIPTOR);
    } catch (OutOfMemoryError e) {
      failed = true;
    }
    FullHeapProgram.letGoIn(0);
    System.out.println("failed=" + (failed ? 1 : 0));
    System.out.println("queued=" + ring.uring.submissions.unsubmitted());
    System.exit(0);
  }
}
