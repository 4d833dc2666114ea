package dev.weft.internal.sched;

import dev.weft.internal.sched.netpoll.ProcessorPoller;
import java.util.function.BooleanSupplier;

/** A poller without events, which records what it was told. */
final class RecordingPoller implements ProcessorPoller {
  private final boolean shared;
  private boolean held;
  volatile boolean woken;

  RecordingPoller(boolean shared) {
    this.shared = shared;
  }

  synchronized boolean isHeld() {
    return held;
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
    return 0;
  }

  @Override
  public int wakeups() {
    return 0;
  }

  @Override
  public boolean await(long nanos, boolean watches, int wakeupsBefore) {
    return false;
  }

  @Override
  public void wakeup() {
    woken = true;
  }

  @Override
  public synchronized void holdChanged(BooleanSupplier nowHeld) {
    held = nowHeld.getAsBoolean();
  }
}
