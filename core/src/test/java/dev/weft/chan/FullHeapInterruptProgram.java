package dev.weft.chan;

import dev.weft.FullHeapProgram;

/**
 * Interrupts a thread that waits to receive while there is no memory for the exception. Prints
 * whether the receive returned, as it does at the end of a channel.
 */
public final class FullHeapInterruptProgram {
  private static volatile boolean failed;
  private static volatile boolean returned;

  private FullHeapInterruptProgram() {}

  public static void main(String[] args) throws Exception {
    interrupt(false); // links what the next one needs
    interrupt(true);
  }

  private static void interrupt(boolean withFullHeap) throws InterruptedException {
    HChan<Object> channel = new HChan<>(0);
    Thread receiver = new Thread(() -> receive(channel));
    failed = false;
    returned = false;
    receiver.start();
    while (receiver.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    FullHeapProgram.letGoIn(1);
    if (withFullHeap) {
      FullHeapProgram.fill();
    }
    receiver.interrupt();
    while (!failed && !returned) {
      Thread.onSpinWait();
    }
    FullHeapProgram.letGoIn(0);
    receiver.join();
    System.out.println("failed=" + (failed ? 1 : 0));
    System.out.println("returned=" + (returned ? 1 : 0));
    System.out.println("waiting=" + channel.receivers.count());
  }

  private static void receive(HChan<Object> channel) {
    try {
      channel.receive();
      returned = true;
    } catch (InterruptedException | OutOfMemoryError e) {
      failed = true;
    }
  }
}
