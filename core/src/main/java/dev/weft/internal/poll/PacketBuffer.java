package dev.weft.internal.poll;

import dev.weft.internal.sys.RawAddress;
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
  public final MemorySegment memory() {
    return room().asSlice(offset(), length());
  }

  /** Returns the memory that has the payload from {@link #offset} on. */
  public abstract MemorySegment room();

  public abstract int offset();

  /** Returns the number of bytes received. */
  public abstract int length();

  /** Returns the length of the datagram; greater than {@link #length} when it was truncated. */
  public abstract int size();

  /** Returns the sender's address; {@code null} only when the system did not report it. */
  public abstract @Nullable SocketAddress sender();

  /** Returns the sender's address as the kernel wrote it. */
  public abstract RawAddress rawSender();

  /** Returns the packet to the backend; called once, and not used afterwards. Never waits. */
  public abstract void release();
}
