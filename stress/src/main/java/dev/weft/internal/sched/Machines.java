package dev.weft.internal.sched;

/**
 * Machines and processors to pass around, which never run. Shared: a machine is not made quickly.
 */
final class Machines {
  static final Processor[] PROCESSORS = {processor(0), processor(1), processor(2), processor(3)};
  private static final Machine[] MACHINES = {machine(), machine(), machine()};

  private Machines() {}

  private static Processor processor(int id) {
    return new Processor(id, new PollerClaim(new RecordingPoller(false)), when -> {});
  }

  private static Machine machine() {
    return new Machine(null, processor(0), false, null);
  }

  /** Number 1, 2 or 3. */
  static Machine of(int number) {
    return MACHINES[number - 1];
  }

  /** The number of a machine; 0 stands for none. */
  static int number(Machine machine) {
    for (int i = 0; i < MACHINES.length; i++) {
      if (MACHINES[i] == machine) {
        return i + 1;
      }
    }
    return 0;
  }
}
