package dev.weft.internal.sched;

/** Machines that never run, for tests that only pass them around. */
final class Machines {
  private Machines() {}

  static Processor processor(int id) {
    return new Processor(id, new PollerClaim(new FakeNetpoll(1).poller(0)), when -> {});
  }

  static Machine machine() {
    return new Machine(null, processor(0), false, null);
  }
}
