package dev.weft.internal.sched;

import dev.weft.internal.sync.StackProbe;

/**
 * Calls known to block, which a goroutine makes on its machine's thread: the machine gives its
 * processor up before, and needs one again afterwards. Used by the machine's own thread, inside a
 * goroutine.
 */
final class BlockingCalls {
  private final Machine machine;

  /** The slice in which a goroutine last began a blocking call. */
  private int sliceGivenUp;

  BlockingCalls(Machine machine) {
    this.machine = machine;
  }

  /**
   * Gives up the processor. Returns false inside another such call, at the end of which the machine
   * takes it back; returns true also when sysmon has taken it before.
   */
  boolean enter() {
    Processor mine = machine.ownProcessor();
    int slice = machine.slice();
    if (mine == null && sliceGivenUp == slice) {
      return false;
    }
    StackProbe.checkBlocking();
    sliceGivenUp = slice;
    if (mine != null && mine.release(machine)) {
      machine.counters.increment(Counter.BLOCKING_CALLS);
      machine.scheduler.assigner.handOff(mine);
      machine.reportHandoff(true);
    }
    return true;
  }

  /**
   * Returns true when the goroutine can continue, with its old processor or another one that was
   * idle.
   */
  boolean exit() {
    if (machine.ownProcessor() != null) {
      return true;
    }
    // A new time slice begins, so that sysmon does not lower the priority because of the old one.
    // The goroutine must not restore the priority itself: it could be moved to another machine in a
    // monitor.
    machine.beginNewSlice();
    return !machine.isLowered() && machine.takeIdleProcessor();
  }
}
