package dev.weft.internal.poll.socket;

import dev.weft.internal.poll.ClosingPorts;
import dev.weft.internal.poll.DatagramTransport;
import dev.weft.internal.poll.Endpoint;
import dev.weft.internal.poll.PacketBuffer;
import dev.weft.internal.poll.PacketPool;
import dev.weft.internal.poll.PacketSegment;
import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.poll.PooledPacket;
import dev.weft.internal.sys.BatchCalls;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.MulticastCalls;
import dev.weft.internal.sys.RawAddress;
import dev.weft.internal.sys.Scratch;
import dev.weft.internal.sys.SlotPool;
import dev.weft.internal.sys.SocketCalls;
import dev.weft.internal.sys.SystemCallException;
import java.lang.foreign.MemorySegment;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A datagram socket, except for receiving, forwarding received packets, and waiting. */
public abstract class NativeDatagrams extends DatagramTransport {
  private static final SlotPool<BatchCalls> BATCHES = new SlotPool<>(8);

  protected final NativeSocket socket;
  protected final PacketPool pool;
  private final BatchReceiver receiver;
  private ClosingPorts.@Nullable Hold port;

  /** Set before the kernel begins to coalesce datagrams. */
  private volatile @Nullable CoalescedReceiver coalesced;

  protected NativeDatagrams(PollDesc poll, NativeSocket socket, PacketPool pool) {
    super(poll);
    this.socket = socket;
    this.pool = pool;
    receiver = new BatchReceiver(socket.fd, pool);
  }

  /** Arranges for the write signal when there is room to send. */
  protected abstract int awaitWritable();

  /** Arranges for the read signal when there is something to receive. */
  protected abstract int awaitReadable();

  @Override
  protected final Endpoint endpoint() {
    return socket;
  }

  @Override
  protected final int bind(SocketAddress address) {
    return socket.bind(address);
  }

  @Override
  protected final int connect(SocketAddress address) {
    return socket.connect(address);
  }

  @Override
  protected final void beginClose() {
    port = ClosingPorts.hold(socket.knownLocalAddress());
  }

  /** Called when the kernel has closed the socket. */
  protected final void released() {
    ClosingPorts.Hold held = port;
    if (held != null) {
      held.release();
    }
  }

  /** Reports whether the socket is connected to a peer. */
  protected final boolean isConnected() {
    return socket.remoteAddress() != null;
  }

  @Override
  protected final int trySend(
      MemorySegment memory, long offset, int length, @Nullable SocketAddress to) {
    RawAddress raw = to == null ? null : socket.raw(to);
    return to != null && raw == null
        ? -Errno.EAFNOSUPPORT
        : trySendRaw(memory, offset, length, raw);
  }

  @Override
  protected final void setMembership(boolean join, InetAddress group, NetworkInterface on)
      throws SystemCallException {
    boolean v6 = group instanceof Inet6Address;
    int family = v6 ? SocketCalls.AF_INET6 : SocketCalls.AF_INET;
    RawAddress raw = new RawAddress(new InetSocketAddress(group, 0), family);
    SystemCallException.check(
        "setsockopt", MulticastCalls.setMembership(socket.fd, join, v6, raw, on.getIndex()));
  }

  // Receiving

  /** Reads one datagram from the socket; {@code null} when there is none. Does not wait. */
  protected final @Nullable PacketBuffer receiveOne() throws SystemCallException {
    PooledPacket packet = pool.take();
    int n;
    do {
      n = SocketCalls.receiveFrom(socket.fd, packet.room(), packet.rawSender());
    } while (n == -Errno.EINTR);
    if (n >= 0 && !isCoalescing()) {
      packet.setSize(n);
      return packet;
    }
    packet.release();
    if (n < 0 && n != WOULD_BLOCK) {
      throw new SystemCallException("recvfrom", -n);
    }
    // Received while coalescing began: how many datagrams it is was not told, so they are lost.
    return n >= 0 ? tryReceiveCoalesced() : null;
  }

  /** As {@link #tryReceive(PacketBuffer[])}, with one system call for several datagrams. */
  protected final int tryReceiveBatch(PacketBuffer[] into) throws SystemCallException {
    poll.consumeRead();
    CoalescedReceiver segments = coalesced;
    int n = segments == null ? receiver.receive(into, false) : segments.receive(into);
    if (segments == null && isCoalescing()) {
      for (int i = 0; i < n; i++) {
        into[i].release(); // as in receiveOne
      }
      return tryReceiveBatch(into);
    }
    int result = n == WOULD_BLOCK ? awaitReadable() : n;
    if (result < 0 && result != WOULD_BLOCK) {
      throw new SystemCallException("recvmmsg", -result);
    }
    return Math.max(result, 0);
  }

  /** Reports whether the last {@link #tryReceiveBatch} is known to have emptied the socket. */
  protected final boolean hasEmptiedSocket() {
    return !isCoalescing() && receiver.hasEmptied();
  }

  /** As {@link #tryReceive()}, while the kernel coalesces datagrams. */
  protected final @Nullable PacketBuffer tryReceiveCoalesced() throws SystemCallException {
    PacketBuffer[] one = new PacketBuffer[1];
    return tryReceiveBatch(one) == 0 ? null : one[0];
  }

  /** Reports whether packets may have several datagrams. */
  protected final boolean isCoalescing() {
    return coalesced != null;
  }

  @Override
  protected boolean coalesce() {
    if (socket.isUnix()) {
      return false;
    }
    if (coalesced == null) {
      coalesced = new CoalescedReceiver(receiver);
    }
    return BatchCalls.coalesce(socket.fd) >= 0;
  }

  /** Releases what was received and not asked for. To be called when no call uses the socket. */
  protected final void releaseReceived() {
    CoalescedReceiver segments = coalesced;
    if (segments != null) {
      segments.close();
    }
  }

  // Batches

  /** The alignment of each datagram's bytes in a batch that is sent through {@link Scratch}. */
  private static final int ALIGNMENT = 64;

  /** The maximum number of segments of a message (UDP_MAX_SEGMENTS of older kernels). */
  private static final int MAX_CUT = 64;

  /**
   * The maximum length of a segmented message, which like a datagram is limited to 65,487 bytes
   * over IPv6.
   */
  private static final int MAX_CUT_BYTES = 64_000;

  /**
   * Whether the kernel segments messages of this socket (UDP_SEGMENT); {@code null} when unknown.
   * Cleared when it refuses, for example because the datagrams exceed the MTU. Guarded by the write
   * lock.
   */
  private @Nullable Boolean cuts;

  @Override
  protected final int trySend(ByteBuffer[] buffers, int first, @Nullable SocketAddress to) {
    RawAddress raw = to == null ? null : socket.raw(to);
    if (to != null && raw == null) {
      return -Errno.EAFNOSUPPORT;
    }
    Scratch scratch = Scratch.take();
    BatchCalls batch = takeBatch();
    try {
      int alike = countAlike(buffers, first);
      if (alike > 1 && cuts()) {
        int n = trySendAlike(batch, scratch.data, buffers, first, alike, raw);
        if (n >= 0) {
          return alike;
        }
        if (!isRefusalToCut(n)) {
          return n;
        }
        cuts =
            false; // Sending them one by one may succeed; if not, the failure is that of the first.
      }
      int count = 0;
      int used = 0;
      while (first + count < buffers.length && count < BatchCalls.MAX) {
        ByteBuffer buffer = buffers[first + count];
        int length = buffer.remaining();
        if (length > Scratch.BYTES - used) {
          break;
        }
        MemorySegment data = scratch.data.asSlice(used, length);
        data.copyFrom(MemorySegment.ofBuffer(buffer));
        batch.setMessage(count++, data, length, raw);
        used = Math.min(Scratch.BYTES, (used + length + ALIGNMENT - 1) & -ALIGNMENT);
      }
      return count == 0
          ? trySendRaw(MemorySegment.ofBuffer(buffers[first]), 0, buffers[first].remaining(), raw)
          : trySendBatch(batch, count, raw != null);
    } finally {
      BATCHES.give(batch);
      scratch.give();
    }
  }

  /**
   * Returns how many datagrams, from the first on, one message can carry: all have the same length,
   * except that the last may be shorter.
   */
  private static int countAlike(ByteBuffer[] buffers, int first) {
    int length = buffers[first].remaining();
    if (length == 0) {
      return 1;
    }
    int end = Math.min(buffers.length, first + Math.min(MAX_CUT, MAX_CUT_BYTES / length));
    for (int i = first + 1; i < end; i++) {
      int next = buffers[i].remaining();
      if (next != length) {
        return i - first + (next > 0 && next < length ? 1 : 0);
      }
    }
    return Math.max(end - first, 1);
  }

  private boolean cuts() {
    Boolean known = cuts;
    if (known == null) {
      cuts = known = !socket.isUnix() && BatchCalls.cuts(socket.fd);
    }
    return known;
  }

  private static boolean isRefusalToCut(int result) {
    return result == -Errno.EINVAL || result == -Errno.EMSGSIZE || result == -Errno.EIO;
  }

  private int trySendAlike(
      BatchCalls batch,
      MemorySegment memory,
      ByteBuffer[] buffers,
      int first,
      int count,
      @Nullable RawAddress to) {
    int used = 0;
    for (int i = first; i < first + count; i++) {
      int length = buffers[i].remaining();
      MemorySegment.copy(MemorySegment.ofBuffer(buffers[i]), 0, memory, used, length);
      used += length;
    }
    batch.setMessage(0, memory, used, to);
    batch.cut(0, buffers[first].remaining());
    return trySendBatch(batch, 1, to != null);
  }

  /**
   * As {@link #trySend(PacketBuffer[], int, int)}, with one system call. Datagrams that were
   * received in one packet are cut from it again.
   */
  protected final int trySendBatch(PacketBuffer[] packets, int from, int end) {
    boolean toSender = !isConnected();
    BatchCalls batch = takeBatch();
    int n = trySendBatch(batch, packets, from, end, toSender);
    if (isRefusalToCut(n) && cuts()) {
      cuts = false;
      n = trySendBatch(batch, packets, from, end, toSender);
    }
    giveBatch(batch);
    int sent = 0;
    for (int message = 0; message < n; message++) {
      int run = countFollowing(packets, from + sent, end);
      for (int i = 0; i < run; i++) {
        packets[from + sent++].release();
      }
    }
    return n < 0 ? n : sent;
  }

  private int trySendBatch(
      BatchCalls batch, PacketBuffer[] packets, int from, int end, boolean toSender) {
    int count = 0;
    for (int next = from; next < end && count < BatchCalls.MAX; count++) {
      PacketBuffer packet = packets[next];
      int run = countFollowing(packets, next, end);
      PacketBuffer last = packets[next + run - 1];
      int length = last.offset() + last.length() - packet.offset();
      MemorySegment room = packet.room();
      batch.setMessage(
          count,
          packet.offset() == 0 ? room : room.asSlice(packet.offset(), length),
          length,
          toSender ? packet.rawSender() : null);
      if (run > 1) {
        batch.cut(count, packet.length());
      }
      next += run;
    }
    return trySendBatch(batch, count, toSender);
  }

  /** How many packets, from the first one on, are neighbours that one message can carry. */
  private int countFollowing(PacketBuffer[] packets, int first, int end) {
    if (!(packets[first] instanceof PacketSegment segment) || !cuts()) {
      return 1;
    }
    int length = segment.length();
    int count = 1;
    int max = Math.min(end - first, MAX_CUT);
    while (count < max
        && segment.length() == length
        && packets[first + count] instanceof PacketSegment next
        && next.follows(segment)) {
      segment = next;
      count++;
    }
    return count;
  }

  /** Returns a batch that is not in use. */
  static BatchCalls takeBatch() {
    BatchCalls batch = BATCHES.take();
    return batch != null ? batch : new BatchCalls();
  }

  static void giveBatch(BatchCalls batch) {
    BATCHES.give(batch);
  }

  /** Sends a batch now, or a part of it, or arranges for the write signal. */
  protected final int trySendBatch(BatchCalls batch, int count, boolean named) {
    while (true) {
      int n = batch.send(socket.fd, count);
      if (n == WOULD_BLOCK && named && socket.isUnix()) {
        return TRY_LATER;
      }
      if (n == WOULD_BLOCK && !poll.consumeWrite()) {
        return awaitWritable();
      }
      if (n != WOULD_BLOCK && n != -Errno.EINTR) {
        return n;
      }
    }
  }

  /**
   * Sends now, or arranges for the write signal.
   *
   * @param to {@code null} for the connected peer
   */
  protected final int trySendRaw(
      MemorySegment memory, long offset, int length, @Nullable RawAddress to) {
    while (true) {
      int n = SocketCalls.sendTo(socket.fd, memory, offset, length, to);
      if (n == WOULD_BLOCK && to != null && socket.isUnix()) {
        return TRY_LATER; // The send buffer has room; no signal reports when the receiver's queue
        // has.
      }
      if (n == WOULD_BLOCK && !poll.consumeWrite()) {
        return awaitWritable();
      }
      // The consumed signal may have been older than this try, so try once more.
      if (n != WOULD_BLOCK && n != -Errno.EINTR) {
        return n;
      }
    }
  }
}
