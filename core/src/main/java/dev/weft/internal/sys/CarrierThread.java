package dev.weft.internal.sys;

/**
 * A platform thread that keeps its native scratch memory in a field, where a system call finds it
 * without a thread-local look-up.
 */
public abstract class CarrierThread extends Thread {
  final CallState callState = CallState.ofCarrier();

  @SuppressWarnings("this-escape") // what escapes is the call state's counter, not this thread
  protected CarrierThread(String name) {
    super(RuntimeThreads.GROUP, null, name, 0, false);
    setDaemon(true);
  }

  /** How many system calls it has made. */
  protected final long systemCalls() {
    return callState.callsMade();
  }
}
