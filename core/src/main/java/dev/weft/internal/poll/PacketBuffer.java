package dev.weft.internal.poll;

import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A received datagram in off-heap memory that a backend owns and lends: to one borrower, from
 * {@link DatagramTransport#tryReceive} until the borrower either releases it or sends it.
 *
 * <p>Not thread-safe; it may pass from thread to thread. It outlives its socket.
 */
public abstract class PacketBuffer {
  /** The received part of the payload. The borrower may change it. */
  public abstract MemorySegment memory();

  /** How long the datagram was; more than {@link #memory} holds when its end was cut off. */
  public abstract int size();

  /** The sender's address; {@code null} only when the system did not report it. */
  public abstract @Nullable SocketAddress sender();

  /** Returns it to the backend; called once, and not used afterwards. Never waits. */
  public abstract void release();
}
