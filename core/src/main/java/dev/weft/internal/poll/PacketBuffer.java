package dev.weft.internal.poll;

import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A received datagram in off-heap memory of a backend. It is lent to one borrower, from {@link
 * DatagramTransport#tryReceive} until the borrower releases or sends it.
 *
 * <p>Not thread-safe, but may be passed between threads. It stays valid after its socket is closed.
 */
public abstract class PacketBuffer {
  /** Returns the received part of the payload. The borrower may change it. */
  public abstract MemorySegment memory();

  /**
   * Returns the length of the datagram; greater than the size of {@link #memory} when it was
   * truncated.
   */
  public abstract int size();

  /** Returns the sender's address; {@code null} only when the system did not report it. */
  public abstract @Nullable SocketAddress sender();

  /** Returns the packet to the backend; called once, and not used afterwards. Never waits. */
  public abstract void release();
}
