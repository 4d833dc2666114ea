package dev.weft.internal.poll;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A socket for datagrams as a backend has it. */
public abstract class DatagramTransport extends Transport {
  protected DatagramTransport(PollDesc poll) {
    super(poll);
  }

  /** Sets the only peer; before anything is sent or received. 0, or a negated error number. */
  protected abstract int connect(SocketAddress remote) throws IOException;

  /**
   * Returns the next datagram, in memory of the backend; {@code null} when there is none.
   *
   * @throws dev.weft.internal.sys.SystemCallException with the error number when the system reports
   *     one
   */
  protected abstract @Nullable PacketBuffer tryReceive() throws IOException;

  /**
   * Sends one datagram, whole or not at all. The memory is the caller's again when this returns.
   *
   * @param to {@code null} on a connected socket, and only there
   * @return not negative when it was sent
   */
  protected abstract int trySend(
      MemorySegment memory, long offset, int length, @Nullable SocketAddress to) throws IOException;

  /**
   * Forwards a received datagram without a copy. If it was sent, the backend owns the packet again,
   * and releases it when the system does not need it any more; otherwise the caller keeps it.
   *
   * @param packet from any socket of this backend
   * @param to {@code null} for the peer on a connected socket, for the packet's sender on others
   * @return not negative when it was sent
   */
  protected abstract int trySend(PacketBuffer packet, @Nullable SocketAddress to)
      throws IOException;
}
