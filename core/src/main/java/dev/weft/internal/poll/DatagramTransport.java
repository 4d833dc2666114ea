package dev.weft.internal.poll;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The backend's side of a datagram socket. */
public abstract class DatagramTransport extends Transport {
  /**
   * The receiver's queue is full, and no signal will report room. Differs from every negated error
   * number.
   */
  public static final int TRY_LATER = Integer.MIN_VALUE;

  /** The failure that ended a batch after its first datagram; guarded by the read lock. */
  private @Nullable IOException batchFailure;

  protected DatagramTransport(PollDesc poll) {
    super(poll);
  }

  /**
   * Sets the only peer, before anything is sent or received. Returns 0 or a negated error number.
   */
  protected abstract int connect(SocketAddress remote) throws IOException;

  /**
   * Returns the next datagram, in memory of the backend; {@code null} when there is none.
   *
   * @throws dev.weft.internal.sys.SystemCallException when the system reports an error
   */
  protected abstract @Nullable PacketBuffer tryReceive() throws IOException;

  /** Throws the failure that ended the last batch, once. Called before each try to receive. */
  final void throwBatchFailure() throws IOException {
    IOException failure = batchFailure;
    if (failure != null) {
      batchFailure = null;
      throw failure;
    }
  }

  /**
   * Receives several datagrams, as {@link #tryReceive()}. A failure after the first datagram is
   * kept for {@link #throwBatchFailure}.
   *
   * @return the number of datagrams; 0 when none has arrived
   */
  protected int tryReceive(PacketBuffer[] into) throws IOException {
    int n = 0;
    try {
      for (PacketBuffer packet; n < into.length && (packet = tryReceive()) != null; n++) {
        into[n] = packet;
      }
    } catch (IOException e) {
      if (n == 0) {
        throw e;
      }
      batchFailure = e;
    }
    return n;
  }

  /**
   * Has the kernel put datagrams of one sender and one length behind each other, where it can;
   * {@code tryReceive} takes them apart. Those that arrive meanwhile may be lost.
   *
   * @return whether it does
   */
  protected boolean coalesce() {
    return false;
  }

  /**
   * Sends received datagrams, each to its sender, or to the peer; as {@code trySend} of one.
   *
   * @return the number of datagrams sent, at least 1, or the error of the first one
   */
  protected int trySend(PacketBuffer[] packets, int from, int end) throws IOException {
    int sent = 0;
    int n = 0;
    while (from + sent < end && (n = trySend(packets[from + sent], null)) >= 0) {
      sent++;
    }
    return sent > 0 ? sent : n;
  }

  /**
   * Sends the remaining bytes of each buffer, from {@code first} on, as one datagram. Does not move
   * the positions.
   *
   * @param to {@code null} on a connected socket, and only there
   * @return the number of datagrams sent, at least 1, or the error of the first one
   */
  protected int trySend(ByteBuffer[] buffers, int first, @Nullable SocketAddress to)
      throws IOException {
    int sent = 0;
    int n = 0;
    while (first + sent < buffers.length && (n = trySend(buffers[first + sent], to)) >= 0) {
      sent++;
    }
    return sent > 0 ? sent : n;
  }

  private int trySend(ByteBuffer buffer, @Nullable SocketAddress to) throws IOException {
    return trySend(MemorySegment.ofBuffer(buffer), 0, buffer.remaining(), to);
  }

  /**
   * Joins or leaves a multicast group.
   *
   * @throws dev.weft.internal.sys.SystemCallException when the system refuses
   */
  protected abstract void setMembership(boolean join, InetAddress group, NetworkInterface on)
      throws IOException;

  /**
   * Sends one datagram, whole or not at all. The caller may reuse the memory when this returns.
   *
   * @param to {@code null} on a connected socket, and only there
   * @return a negative result when it was not sent
   */
  protected abstract int trySend(
      MemorySegment memory, long offset, int length, @Nullable SocketAddress to) throws IOException;

  /**
   * Forwards a received datagram without a copy. When it was sent, the backend owns the packet, and
   * releases it when the system no longer needs it; otherwise the caller still owns it.
   *
   * @param packet from any socket of this backend
   * @param to {@code null} for the peer on a connected socket, for the packet's sender on others
   * @return a negative result when it was not sent
   */
  protected abstract int trySend(PacketBuffer packet, @Nullable SocketAddress to)
      throws IOException;
}
