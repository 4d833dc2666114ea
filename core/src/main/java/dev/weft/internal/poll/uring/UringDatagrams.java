package dev.weft.internal.poll.uring;

import dev.weft.internal.poll.PacketBuffer;
import dev.weft.internal.poll.PacketPool;
import dev.weft.internal.poll.PollDesc;
import dev.weft.internal.poll.socket.NativeDatagrams;
import dev.weft.internal.poll.socket.NativeSocket;
import dev.weft.internal.poll.uring.Packets.Packet;
import dev.weft.internal.sched.CurrentProcessor;
import dev.weft.internal.sys.CompletionQueue;
import dev.weft.internal.sys.DescriptorCalls;
import dev.weft.internal.sys.Errno;
import dev.weft.internal.sys.RawAddress;
import dev.weft.internal.sys.SubmissionQueue;
import dev.weft.internal.sys.SystemCallException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A UDP socket on io_uring.
 *
 * <p>A receive tries the socket first; when it is empty, a multishot receive is queued, which adds
 * datagrams as they arrive until the kernel ends it. A datagram stays in the buffer that the kernel
 * received it into, and is forwarded from there.
 *
 * <p>Forwarding queues a send, which takes over the datagram. Its error is reported by the next
 * send if the socket is connected. All other sends go directly to the socket.
 *
 * <p><b>Closing.</b> A request names the socket by its descriptor's number, which must not be
 * reused before the kernel has looked it up, and keeps the socket and its port until it ends. So
 * the last user closes the descriptor:
 *
 * <pre>
 *   users = 1 while the socket is open + 1 for each request in flight
 *   0: the thread that reached it closes the descriptor
 * </pre>
 *
 * The count cannot rise from 0: a socket is closed when no call uses it any more, and requests
 * begin in calls. Closing cancels those that would not end by themselves.
 */
final class UringDatagrams extends NativeDatagrams {
  /**
   * The maximum number of requests in flight for one socket; further sends go directly to the
   * socket, and may wait.
   */
  private static final int MAX_IN_FLIGHT = 128;

  /**
   * The number of unreceived datagrams at which the receive is cancelled: buffers are few, and all
   * sockets of a ring share them.
   */
  static final int MAX_UNREAD = 64;

  private final UringPoller poller;
  private final PollRequest readable;
  private final PollRequest writable;
  private final PendingQueue<Packet> pending = new PendingQueue<>();
  private volatile @Nullable Receiving receiving;
  private final AtomicInteger users = new AtomicInteger(1);
  private final AtomicInteger sendError = new AtomicInteger();
  private final ZeroCopy zeroCopies = new ZeroCopy();

  /** A multishot receive. */
  private final class Receiving extends Multishot {
    private final Packets packets;

    Receiving(ProcessorRing ring, Packets packets) {
      super(ring);
      this.packets = packets;
    }

    @Override
    void writeRequest(SubmissionQueue queue) {
      queue.receiveMessages(socket.fd, Packets.GROUP, packets.buffers(), token);
    }

    @Override
    boolean completed(int result, int flags, boolean last) {
      try {
        if ((flags & CompletionQueue.BUFFER) != 0) {
          Packet packet = packets.arrived(flags);
          if (isCoalescing()) {
            packet.release(); // How many datagrams it has was not told.
          } else {
            add(packet, result);
          }
        }
      } finally { // also when the heap is full
        if (last) {
          ended(result);
        }
        poll.signalRead();
        if (last) {
          leave();
        }
      }
      return true;
    }

    private void add(Packet packet, int result) {
      int held = -1;
      try {
        if (result >= 0) {
          held = pending.add(packet);
        }
      } finally {
        if (held < 0) {
          packet.release();
        }
      }
      if (held >= MAX_UNREAD && stop()) {
        ring.stopped.increment();
      }
    }

    private void ended(int result) {
      if (result == -Errno.ENOBUFS) {
        ring.withoutBuffer.increment();
      }
      if (result < 0 && !isInterruption(result)) {
        pending.fail(result);
      }
      receiving = null;
    }
  }

  /** Sends a received datagram from the buffer that it was received into. */
  private final class Sending extends Operation {
    private final Packet packet;
    private final MemorySegment message;
    private boolean zeroCopy;
    private boolean refused;

    Sending(ProcessorRing ring, Packet packet, MemorySegment message) {
      super(ring);
      this.packet = packet;
      this.message = message;
    }

    @Override
    void write(SubmissionQueue queue) {
      zeroCopy = !refused && poller.receivesMultishot && zeroCopies.isWorthAsking(packet.size());
      queue.sendMessage(socket.fd, message, zeroCopy, token);
    }

    @Override
    boolean complete(int result, int flags, boolean last) {
      if ((flags & CompletionQueue.NOTIFICATION) != 0) {
        zeroCopies.told(packet.sentFromPlace(result));
      } else if (zeroCopy && isRefusal(result)) {
        refused = true;
      } else if (result < 0 && result != -Errno.ECANCELED && isConnected()) {
        sendError.set(result); // Without a peer the next send may have another destination.
      }
      if (last && refused && zeroCopy) {
        zeroCopies.told(true);
        sendAgain();
      } else if (last) {
        end();
      }
      return false;
    }

    private void sendAgain() {
      boolean queued = false;
      try {
        enqueue();
        queued = true;
      } finally {
        if (!queued) { // out of memory: the datagram is lost
          end();
        }
      }
      ring.queued();
    }

    private void end() {
      try {
        packet.release();
      } finally {
        leave();
      }
    }

    /**
     * Reports whether the kernel refused zero copy, for instance because it would have to pin more
     * pages than RLIMIT_MEMLOCK allows.
     */
    private static boolean isRefusal(int result) {
      return result == -Errno.ENOMEM
          || result == -Errno.ENOBUFS
          || result == -Errno.EINVAL
          || result == -Errno.EOPNOTSUPP;
    }
  }

  UringDatagrams(UringPoller poller, PollDesc poll, NativeSocket socket, PacketPool pool) {
    super(poll, socket, pool);
    this.poller = poller;
    readable = new PollRequest(poller, socket.fd, PollRequest.POLLIN, this::readable);
    writable = new PollRequest(poller, socket.fd, PollRequest.POLLOUT, this::writable);
  }

  @Override
  protected int awaitWritable() {
    begin(writable);
    return WOULD_BLOCK;
  }

  @Override
  protected int awaitReadable() {
    begin(readable);
    return WOULD_BLOCK;
  }

  private void begin(PollRequest request) {
    users.incrementAndGet();
    boolean began = false;
    try {
      began = request.begin();
    } finally {
      if (!began) {
        leave();
      }
    }
  }

  private void readable() {
    poll.signalRead();
    leave();
  }

  private void writable() {
    poll.signalWrite();
    leave();
  }

  @Override
  protected @Nullable PacketBuffer tryReceive() throws SystemCallException {
    poll.consumeRead();
    Packet arrived = pending.take();
    if (arrived != null) {
      return arrived;
    }
    Receiving current = receiving;
    if (current != null) {
      if (isCoalescing()) {
        current.stop(); // The read signal comes with its end.
      } else {
        current.awaited();
      }
      return null;
    }
    arrived = pending.take(); // It may have been added after the first look, before the end.
    if (arrived != null) {
      return arrived;
    }
    int error = pending.takeError();
    if (error != 0) {
      throw new SystemCallException("recvmsg", -error);
    }
    if (isCoalescing()) {
      return tryReceiveCoalesced();
    }
    PacketBuffer packet = receiveOne();
    if (packet == null) {
      receive();
    }
    return packet;
  }

  /** {@inheritDoc} While the kernel coalesces datagrams one system call takes several packets. */
  @Override
  protected int tryReceive(PacketBuffer[] into) throws IOException {
    if (!isCoalescing() || receiving != null) {
      return super.tryReceive(into);
    }
    int n = 0;
    for (Packet packet; n < into.length && (packet = pending.take()) != null; n++) {
      into[n] = packet;
    }
    return n > 0 ? n : tryReceiveBatch(into);
  }

  @Override
  protected int trySend(PacketBuffer[] packets, int from, int end) throws IOException {
    return packets[from] instanceof Packet
        ? super.trySend(packets, from, end)
        : trySendBatch(packets, from, end);
  }

  /** Reports whether a receive is in flight, which takes buffers though no call waits. */
  boolean isReceiving() {
    return receiving != null;
  }

  private void receive() {
    if (!poller.receivesMultishot) {
      begin(readable);
      return;
    }
    ProcessorRing ring = poller.ring();
    Packets packets;
    try {
      packets = ring.packets();
    } catch (SystemCallException e) { // No memory for the buffers: poll instead, which needs none.
      begin(readable);
      return;
    }
    Receiving operation = new Receiving(ring, packets);
    users.incrementAndGet();
    receiving = operation;
    try {
      operation.enqueue();
    } catch (Throwable e) {
      receiving = null;
      leave();
      throw e;
    }
    ring.queued();
  }

  @Override
  protected int trySend(PacketBuffer packet, @Nullable SocketAddress to) {
    RawAddress raw = to == null ? null : socket.raw(to);
    if (to != null && raw == null) {
      return -Errno.EAFNOSUPPORT;
    }
    boolean toSender = to == null && !isConnected();
    if (packet instanceof Packet received) {
      int error = sendError.getAndSet(0);
      if (error != 0) {
        return error;
      }
      if (CurrentProcessor.id() >= 0 && users.get() <= MAX_IN_FLIGHT) {
        send(received, toSender, raw);
        return 0;
      }
      int n =
          trySendRaw(
              received.memory(),
              0,
              (int) received.memory().byteSize(),
              toSender ? received.rawSender() : raw);
      if (n >= 0) {
        received.release();
      }
      return n;
    }
    int n =
        trySendRaw(
            packet.room(), packet.offset(), packet.length(), toSender ? packet.rawSender() : raw);
    if (n >= 0) {
      packet.release();
    }
    return n;
  }

  private void send(Packet packet, boolean toSender, @Nullable RawAddress to) {
    ProcessorRing ring = poller.ring();
    Sending operation = new Sending(ring, packet, packet.sending(toSender, to));
    users.incrementAndGet();
    boolean queued = false;
    try {
      operation.enqueue();
      queued = true;
    } finally {
      if (!queued) { // out of memory; the caller keeps the packet
        leave();
      }
    }
    ring.queued();
  }

  @Override
  protected void close() {
    try {
      releaseReceived();
      pending.close();
      for (Packet left; (left = pending.take()) != null; ) {
        left.release();
      }
    } finally { // also without memory
      readable.cancel();
      writable.cancel();
      Receiving current = receiving;
      if (current != null) {
        current.ring.cancel(current);
      }
      leave();
    }
  }

  private void leave() {
    if (users.decrementAndGet() == 0) {
      try {
        DescriptorCalls.close(socket.fd);
      } finally {
        released();
      }
    }
  }
}
