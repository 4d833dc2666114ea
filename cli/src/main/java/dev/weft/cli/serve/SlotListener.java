package dev.weft.cli.serve;

import dev.weft.context.Context;
import dev.weft.net.Conn;
import dev.weft.net.FilterListener;
import dev.weft.net.Listener;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.Semaphore;

/**
 * Accepts a connection when a slot is free, and frees the slot when the connection is closed. The
 * connections beyond the slots wait in the kernel.
 */
final class SlotListener extends FilterListener {
  private final Semaphore slots;

  /**
   * @param slots may be shared with other listeners
   */
  SlotListener(Listener listener, Semaphore slots) {
    super(listener);
    this.slots = slots;
  }

  @Override
  public Conn accept() throws IOException {
    try {
      slots.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("accept " + listener + ": interrupted");
    }
    Conn conn;
    try {
      conn = listener.accept();
    } catch (Throwable e) {
      slots.release();
      throw e;
    }
    try {
      conn.onClose(slots::release);
    } catch (Throwable e) {
      conn.close();
      slots.release();
      throw e;
    }
    return conn;
  }

  @Override
  public SlotListener withContext(Context context) {
    return new SlotListener(listener.withContext(context), slots);
  }

  @Override
  public String toString() {
    return listener.toString();
  }
}
