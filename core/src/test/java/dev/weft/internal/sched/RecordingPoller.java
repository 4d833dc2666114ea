package dev.weft.internal.sched;

import dev.weft.internal.sched.netpoll.ProcessorPoller;
import java.util.function.BooleanSupplier;

/** A poller without events, which records what it was told. */
final class RecordingPoller implements ProcessorPoller {
  private final boolean shared;
  private int reaps;
  private int wakeups;
  private boolean held;
  private int changes;

  RecordingPoller(boolean shared) {
    this.shared = shared;
  }

  int reaps() {
    return reaps;
  }

  @Override
  public int wakeups() {
    return wakeups;
  }

  boolean isHeld() {
    return held;
  }

  int changes() {
    return changes;
  }

  @Override
  public boolean isShared() {
    return shared;
  }

  @Override
  public boolean hasFullBatch() {
    return false;
  }

  @Override
  public void submit() {}

  @Override
  public int reap(int max) {
    reaps++;
    return 1;
  }

  @Override
  public boolean await(long nanos, boolean watches, int wakeupsBefore) {
    return false;
  }

  @Override
  public void wakeup() {
    wakeups++;
  }

  @Override
  public void holdChanged(BooleanSupplier nowHeld) {
    held = nowHeld.getAsBoolean();
    changes++;
  }
}
